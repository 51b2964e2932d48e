// Access to a decoder's weights, and linear layers with their biases and adapters.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, gemm } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";
import type { Head } from "./crossEntropy.ts";
import { type LowRank, loraLinear } from "./loraLinear.ts";
import { headsApart, splitColumns } from "./splitColumns.ts";

/** Access to the decoder's weights by their Hugging Face names. */
export interface DecoderWeights {
  readonly weight: (name: string) => Value;
  /** Returns a weight for the output projection, in the terms that it is stored in. */
  readonly head: (name: string) => Head;
  /** x·Wᵀ + c. x: [n, in], W: [out, in], c: [n, out] or [out]. Returns [n, out]. */
  readonly multiply: (name: string, x: Value, c?: Value) => Value;
  /** Returns rows of a matrix at int64 indices [n]. */
  readonly rows: (name: string, indices: Value) => Value;
  /** Returns the bias of a linear layer; null when it has none. */
  readonly bias: (layer: string) => Value | null;
  /** Returns the adapter of a linear layer; null when it has none. */
  readonly adapter: (layer: string) => LowRank | null;
  /**
   * True when adapters are added to the weights, which pays off for many tokens at a time; otherwise to the
   * outputs.
   */
  readonly merge: boolean;
  /** Returns what the adapter of a layer sees of the layer's input; absent = all of it. */
  readonly adapterInput?: (layer: string, x: Value) => Value;
}

/**
 * x·Wᵀ (+ bias) (+ residual) (+ the adapter's update), with sums folded into the matrix products where
 * possible.
 * x: [n, in] -> [n, out].
 */
export function linear(
  g: GraphBuilder,
  weights: DecoderWeights,
  name: string,
  x: Value,
  residual?: Value,
): Value {
  const bias = weights.bias(name);
  const c = bias === null ? residual : residual === undefined ? bias : add(g, residual, bias);
  const adapter = weights.adapter(name);
  if (adapter !== null && weights.merge)
    return loraLinear(g, x, weights.weight(`${name}.weight`), adapter, c);
  const base = weights.multiply(`${name}.weight`, x, c);
  if (adapter === null) return base;
  const seen = weights.adapterInput?.(name, x) ?? x;
  return gemm(g, gemm(g, seen, adapter.a, { transB: true }), adapter.b, {
    transB: true,
    alpha: adapter.scale,
    c: base,
  });
}

/**
 * Applies linear layers to the same x[n, in], one for each width or one that stands for all. Returns an [n, width]
 * for each width.
 * @param heads Number of heads, if the one has the widths of each head in turn; null if not.
 */
export function projections(
  g: GraphBuilder,
  weights: DecoderWeights,
  names: readonly string[],
  widths: readonly number[],
  x: Value,
  heads: number | null,
): readonly Value[] {
  const [first = ""] = names;
  if (names.length > 1 || widths.length === 1)
    return widths.map((_, i) => linear(g, weights, names[i] as string, x));
  const whole = linear(g, weights, first, x);
  return splitColumns(g, heads === null ? whole : headsApart(g, whole, heads, widths.length), widths);
}
