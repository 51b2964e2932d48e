// States that layers without attention keep from one step of generation to the next.
import type { DecoderConfig } from "./decoderConfig.ts";
import { longestChunk } from "./gatedDelta.ts";
import { recurrentState } from "./recurrence.ts";

/** Part of the state of a layer for one row. */
export interface LayerState {
  /** In the names of the generation graph's inputs and outputs. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** States of all layers for one row. */
export function layerStates(config: DecoderConfig): LayerState[] {
  return config.attention.flatMap(({ instead }, layer) => {
    const parts = instead === undefined ? [] : recurrentState(config.hiddenSize, instead);
    return parts.map(({ name, shape }) => ({ name: `${layer}.${name}`, shape }));
  });
}

/** Number of inputs before a step that its convolutions see; 0 in a model without any. */
export function inputsBefore(config: DecoderConfig): number {
  return Math.max(0, ...config.attention.map(({ instead }) => (instead?.taps ?? 1) - 1));
}

/** Maximum number of tokens of a row in one step; longer prompts enter in pieces. */
export function longestStep(config: DecoderConfig): number {
  return hasMemory(config) ? longestChunk : Infinity;
}

/** Reports whether a layer has a memory, which padding must not change. */
export function hasMemory({ attention }: DecoderConfig): boolean {
  return attention.some(({ instead }) => instead?.kind === "gatedDeltaNet");
}
