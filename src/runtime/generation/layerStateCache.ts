// States of the active rows in layers without attention, one after another in memory that is allocated once.
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { type LayerState, layerStates } from "../../graph/nn/layerStates.ts";
import { type Feeds, float32Of, tensor } from "../ort/session.ts";

function elementsOf({ shape }: LayerState): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of one row, however long it is. */
export function stateBytes(config: DecoderConfig): number {
  const elements = layerStates(config).reduce((sum, state) => sum + elementsOf(state), 0);
  return elements * Float32Array.BYTES_PER_ELEMENT;
}

/** States of numbered rows; see `KeyValueCache`. */
export class LayerStateCache {
  private readonly parts: readonly (LayerState & { readonly size: number; readonly data: Float32Array })[];

  constructor(config: DecoderConfig, rows: number) {
    this.parts = layerStates(config).map(state => {
      const size = elementsOf(state);
      return { ...state, size, data: new Float32Array(rows * size) };
    });
  }

  /** Names of the generation graph's outputs that `store` reads. */
  get outputs(): readonly string[] {
    return this.parts.map(({ name }) => `fresh.${name}`);
  }

  /**
   * Inputs of the generation graph for the rows from `first` on, as views of the cache's memory.
   * @param filled Number of tokens that each row has been fed; those with none begin with zeros.
   */
  feeds(first: number, filled: readonly number[]): Feeds {
    const feeds = this.parts.map(({ name, shape, size, data }) => {
      const rows = data.subarray(first * size, (first + filled.length) * size);
      for (const [r, count] of filled.entries()) if (count === 0) rows.fill(0, r * size, (r + 1) * size);
      return [`state.${name}`, tensor(rows, [filled.length, ...shape])] as const;
    });
    return Object.fromEntries(feeds);
  }

  /** Keeps the states after a step of the rows from `first` on. */
  store(output: Feeds, first: number): void {
    for (const { name, size, data } of this.parts)
      data.set(float32Of(output[`fresh.${name}`], `fresh.${name}`), first * size);
  }

  copy(row: number): readonly Float32Array[] {
    return this.parts.map(({ size, data }) => data.slice(row * size, (row + 1) * size));
  }

  paste(row: number, parts: readonly Float32Array[]): void {
    for (const [i, { size, data }] of this.parts.entries()) data.set(parts[i] as Float32Array, row * size);
  }

  /** Copies a row over another one. */
  move(from: number, to: number): void {
    for (const { size, data } of this.parts) data.copyWithin(to * size, from * size, (from + 1) * size);
  }
}
