// Keys and values of a batch, in memory that is allocated once and filled step by step.
import type { DecoderConfig } from "../../graph/nn/decoder.ts";
import { type Feeds, float32Of, tensor } from "../ort/session.ts";

export class KeyValueCache {
  /** Inputs of the generation graph: they share the cache's memory. */
  readonly feeds: Feeds;
  private readonly parts: readonly { readonly name: string; readonly data: Float32Array }[]; // each [rows, kvHeads, places, headSize]

  /** `places` = longest row with all its new tokens. */
  constructor(
    private readonly config: DecoderConfig,
    readonly rows: number,
    readonly places: number,
    parts?: readonly { readonly name: string; readonly data: Float32Array }[],
  ) {
    const { kvHeads, headSize, layers } = config;
    const names = Array.from({ length: layers }, (_, i) => [`${i}.keys`, `${i}.values`]).flat();
    this.parts =
      parts ?? names.map(name => ({ name, data: new Float32Array(rows * kvHeads * places * headSize) }));
    this.feeds = Object.fromEntries(
      this.parts.map(({ name, data }) => [`cache.${name}`, tensor(data, [rows, kvHeads, places, headSize])]),
    );
  }

  /** Stores a step's keys and values at places `past`..`past + length - 1` of each row. */
  append(output: Feeds, past: number, length: number): void {
    const { kvHeads, headSize } = this.config;
    const size = length * headSize;
    for (const { name, data } of this.parts) {
      const fresh = float32Of(output[`fresh.${name}`], `fresh.${name}`);
      for (let head = 0; head < this.rows * kvHeads; head++) {
        data.set(fresh.subarray(head * size, (head + 1) * size), (head * this.places + past) * headSize);
      }
    }
  }

  /** A smaller cache with these rows only. */
  keep(rows: readonly number[]): KeyValueCache {
    const { kvHeads, headSize } = this.config;
    const size = kvHeads * this.places * headSize;
    const parts = this.parts.map(({ name, data }) => {
      const kept = new Float32Array(rows.length * size);
      rows.forEach((row, i) => {
        kept.set(data.subarray(row * size, (row + 1) * size), i * size);
      });
      return { name, data: kept };
    });
    return new KeyValueCache(this.config, rows.length, this.places, parts);
  }
}
