// States that layers without attention keep from one step of generation to the next.
import type { DecoderConfig } from "./decoderConfig.ts";

/** Part of the state of a layer for one row. */
export interface LayerState {
  /** In the names of the generation graph's inputs and outputs. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** States of all layers for one row. */
export function layerStates(config: DecoderConfig): LayerState[] {
  return config.attention.flatMap(({ instead }, layer) => {
    if (instead === undefined) return [];
    return [{ name: `${layer}.inputs`, shape: [instead.taps - 1, config.hiddenSize] }];
  });
}

/** Number of inputs before a step that its convolutions see; 0 in a model without any. */
export function inputsBefore(config: DecoderConfig): number {
  return Math.max(0, ...config.attention.map(({ instead }) => (instead?.taps ?? 1) - 1));
}
