// Layers of a decoder that have something else than attention, by their kind.
import type { GraphBuilder } from "../tape/builder.ts";
import type { Value } from "../tape/value.ts";
import { type DecoderConfig, layerName } from "./decoderConfig.ts";
import { type Chunks, packedChunks } from "./gatedDelta.ts";
import { type DeltaStep, gatedDeltaNet } from "./gatedDeltaNet.ts";
import { hasMemory } from "./layerStates.ts";
import type { DecoderWeights } from "./linear.ts";
import type { Recurrence } from "./recurrence.ts";
import { shortConvolution } from "./shortConvolution.ts";

/** States of layers from one step of generation to the next. */
export interface StepStates {
  /** Returns the inputs of a layer's convolution after those before this step: x[b, l, c] -> [b, `recent`, c]. */
  readonly preceded: (layer: number, x: Value) => Value;
  /** Tokens of this step; null in a model without memories. */
  readonly chunks: Chunks | null;
  /** Returns a layer's memory, and what takes it after this step. */
  readonly memoryOf: (layer: number) => Omit<DeltaStep, "preceded">;
}

interface RecurrentInputs {
  readonly positions: Value; // int64 [b, l]
  readonly recomputation?: boolean;
  /** Absent = every example begins in this step. */
  readonly states?: StepStates;
}

/** Returns what builds a layer: h[n, hiddenSize] -> [n, hiddenSize] (+ residual). */
export function recurrentLayers(
  g: GraphBuilder,
  config: DecoderConfig,
  weights: DecoderWeights,
  { positions, recomputation = false, states }: RecurrentInputs,
): (layer: number, net: Recurrence, h: Value, residual?: Value) => Value {
  const chunks = hasMemory(config) ? (states?.chunks ?? packedChunks(g, positions)) : null;
  return (i, net, h, residual) => {
    const name = layerName(config, i);
    const preceded = states === undefined ? null : (x: Value) => states.preceded(i, x);
    if (net.kind === "shortConvolution")
      return shortConvolution(g, weights, name, net, h, positions, preceded, residual);
    if (chunks === null) throw new Error(`layer ${i} has a memory, which the configuration does not state`);
    const step = states === undefined || preceded === null ? null : { preceded, ...states.memoryOf(i) };
    const { normEpsilon } = config;
    const layer = { weights, name, net, normEpsilon, positions, chunks, step, recomputed: recomputation };
    return gatedDeltaNet(g, layer, h, residual);
  };
}
