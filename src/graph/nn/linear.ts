// Access to a decoder's weights, and linear layers with their biases and adapters.
import type { GraphBuilder } from "../tape/builder.ts";
import { add, gemm, mul, sub } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";
import type { Head } from "./crossEntropy.ts";
import { type LowRank, loraLinear } from "./loraLinear.ts";
import { headsApart, splitColumns } from "./splitColumns.ts";

export interface Adapter extends LowRank {
  /** Factor of each output, [out], of the adapted weight but not of the bias (DoRA); absent = 1. */
  readonly factor?: Value;
}

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
  readonly adapter: (layer: string) => Adapter | null;
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
  const weight = `${name}.weight`;
  if (adapter === null) return weights.multiply(weight, x, c);
  const { a, b, scale: alpha, factor } = adapter;
  const updated = (seen: Value, base: Value): Value =>
    gemm(g, gemm(g, seen, a, { transB: true }), b, { transB: true, alpha, c: base });
  if (factor === undefined) {
    if (weights.merge) return loraLinear(g, x, weights.weight(weight), adapter, c);
    return updated(weights.adapterInput?.(name, x) ?? x, weights.multiply(weight, x, c));
  }
  if (weights.adapterInput !== undefined) {
    // As in PEFT: x·Wᵀ, and the change that DoRA makes of it, of the elements that were not dropped.
    const seen = weights.adapterInput(name, x);
    const base = weights.multiply(weight, seen);
    const change = sub(g, mul(g, updated(seen, base), factor), base);
    return add(g, change, weights.multiply(weight, x, c));
  }
  const directed = weights.merge
    ? loraLinear(g, x, weights.weight(weight), adapter)
    : updated(x, weights.multiply(weight, x));
  const y = mul(g, directed, factor);
  return c === undefined ? y : add(g, y, c);
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
