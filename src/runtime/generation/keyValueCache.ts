// Keys and values of the active rows, in memory that is allocated once and filled step by step.
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { attendedHeads, cachedLayers } from "../../graph/nn/layerShape.ts";
import { type Feeds, float32Of, tensor } from "../ort/session.ts";

/**
 * Number of positions added at a time, so that attention reads few empty ones and rows seldom have to be
 * moved apart.
 */
const placeStep = 32;

/** Bytes per token of one row. */
export function bytesPerPlace(config: DecoderConfig): number {
  const values = cachedLayers(config).map(layer => {
    const { kvHeads, headSize } = attendedHeads(config, layer);
    return 2 * kvHeads * headSize;
  });
  return values.reduce((sum, count) => sum + count, 0) * Float32Array.BYTES_PER_ELEMENT;
}

interface Part {
  readonly name: string;
  readonly kvHeads: number;
  readonly headSize: number;
  /** Consecutive rows, each [kvHeads, places, headSize]. */
  readonly data: Float32Array;
}

/** Keys and values of a prefix that several prompts share. */
export interface CachedPrefix {
  readonly places: number;
  readonly parts: readonly Float32Array[];
}

/**
 * Key-value cache of numbered rows. Any range of rows, with all their positions, can be fed to the generation
 * graph.
 */
export class KeyValueCache {
  private readonly parts: readonly Part[];
  private width = 0;

  /** @param capacity Total number of positions: rows times positions of the longest. */
  constructor(
    config: DecoderConfig,
    readonly capacity: number,
  ) {
    this.parts = cachedLayers(config).flatMap(layer => {
      const { kvHeads, headSize } = attendedHeads(config, layer);
      return ["keys", "values"].map(side => ({
        name: `${layer}.${side}`,
        kvHeads,
        headSize,
        data: new Float32Array(capacity * kvHeads * headSize),
      }));
    });
  }

  /** Number of positions in each row. */
  get places(): number {
    return this.width;
  }

  /**
   * Makes room for `needed` positions in each row and, if possible, a few more, up to `limit`.
   * @param filled Number of positions that each of the first rows uses; they are kept.
   */
  reserve(needed: number, limit: number, filled: readonly number[]): void {
    if (filled.length === 0) this.width = 0;
    if (needed <= this.width) return;
    const places = Math.max(needed, Math.min(limit, Math.ceil(needed / placeStep) * placeStep));
    // Moves the last one first, since each moves up into space whose contents have moved already.
    for (const { data, kvHeads, headSize } of this.parts) {
      const [from, to] = [this.width * headSize, places * headSize];
      for (let head = filled.length * kvHeads - 1; head > 0; head--) {
        const used = (filled[Math.floor(head / kvHeads)] ?? 0) * headSize;
        data.copyWithin(head * to, head * from, head * from + used);
      }
    }
    this.width = places;
  }

  /** Inputs of the generation graph for `count` rows from `first` on, as views of the cache's memory. */
  feeds(first: number, count: number, places = this.width): Feeds {
    return Object.fromEntries(
      this.parts.map(({ name, data, kvHeads, headSize }) => {
        const row = kvHeads * places * headSize;
        const rows = data.subarray(first * row, (first + count) * row);
        return [`cache.${name}`, tensor(rows, [count, kvHeads, 1, places, headSize])];
      }),
    );
  }

  /**
   * Stores a step's keys and values for the rows from `first` on.
   * @param filled Number of positions that each row used before.
   * @param lengths Number of the step's `length` tokens that belong to each row; the rest is padding.
   */
  append(
    output: Feeds,
    first: number,
    filled: readonly number[],
    lengths: readonly number[],
    length: number,
  ): void {
    for (const { name, data, kvHeads, headSize } of this.parts) {
      const fresh = float32Of(output[`fresh.${name}`], `fresh.${name}`);
      for (const [r, past] of filled.entries()) {
        const size = (lengths[r] ?? 0) * headSize;
        for (let head = 0; head < kvHeads; head++) {
          const from = (r * kvHeads + head) * length * headSize;
          const to = (((first + r) * kvHeads + head) * this.width + past) * headSize;
          data.set(fresh.subarray(from, from + size), to);
        }
      }
    }
  }

  /**
   * Copies the first positions of a row: `parts` [kvHeads, places, headSize], in the same order as the
   * cache's parts.
   */
  copy(row: number, places: number): CachedPrefix {
    const parts = this.parts.map(({ data, kvHeads, headSize }) => {
      const values = new Float32Array(kvHeads * places * headSize);
      for (let head = 0; head < kvHeads; head++) {
        const from = (row * kvHeads + head) * this.width * headSize;
        values.set(data.subarray(from, from + places * headSize), head * places * headSize);
      }
      return values;
    });
    return { places, parts };
  }

  /** Writes a copy to the first positions of a row. */
  paste(row: number, { places, parts }: CachedPrefix): void {
    for (const [i, { data, kvHeads, headSize }] of this.parts.entries()) {
      for (let head = 0; head < kvHeads; head++) {
        const values = parts[i]?.subarray(head * places * headSize, (head + 1) * places * headSize);
        if (values !== undefined) data.set(values, (row * kvHeads + head) * this.width * headSize);
      }
    }
  }

  /** Copies a row of `filled` positions over another row. */
  move(from: number, to: number, filled: number): void {
    for (const { data, kvHeads, headSize } of this.parts) {
      const size = this.width * headSize;
      for (let head = 0; head < kvHeads; head++) {
        const source = (from * kvHeads + head) * size;
        data.copyWithin((to * kvHeads + head) * size, source, source + filled * headSize);
      }
    }
  }
}
