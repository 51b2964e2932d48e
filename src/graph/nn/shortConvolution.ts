// The gated short convolution that LFM2 has in most layers instead of attention.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, mul, reshape, splitRows } from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";
import { causalConvolution } from "./causalConvolution.ts";
import { type DecoderWeights, linear } from "./linear.ts";
import { type ShortConvolution, shortConvolutionNames } from "./recurrence.ts";
import { splitColumns } from "./splitColumns.ts";

/**
 * out(C ⊙ convolution(B ⊙ x)) (+ residual), with B, C and x side by side in the input projection.
 * h: [n, hiddenSize] -> [n, hiddenSize].
 * @param preceded Returns the convolution's inputs after those before this step; null if there are none.
 */
export function shortConvolution(
  g: GraphBuilder,
  weights: DecoderWeights,
  layer: string,
  { bias }: ShortConvolution,
  h: Value,
  positions: Value,
  preceded: ((x: Value) => Value) | null,
  residual?: Value,
): Value {
  const { input, convolution, output } = shortConvolutionNames;
  const [rows, size] = h.shape as readonly [Dim, number];
  const sides = splitColumns(g, linear(g, weights, `${layer}.${input}`, h), [size, size, size]);
  const [before, behind, x] = sides as readonly [Value, Value, Value];
  const inputs = splitRows(g, mul(g, before, x), positions, size);
  const weight = weights.weight(`${layer}.${convolution}.weight`);
  const mixed = causalConvolution(g, inputs, weight, positions, preceded?.(inputs) ?? null);
  const shifted = bias ? add(g, mixed, weights.weight(`${layer}.${convolution}.bias`)) : mixed;
  const gated = mul(g, behind, reshape(g, shifted, [rows, size]));
  return linear(g, weights, `${layer}.${output}`, gated, residual);
}
