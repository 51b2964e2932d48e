// Operators that do in one kernel what takes several plain ones (ops.ts). Most are specific to ONNX Runtime.
import type { GraphBuilder } from "./builder.ts";
import { matmulShape, one } from "./ops.ts";
import type { Dim, Value } from "./value.ts";

/** MatMul that optionally transposes the last two axes of an operand first. */
export function matmulTransposed(
  g: GraphBuilder,
  a: Value,
  b: Value,
  { transA = false, transB = false }: { readonly transA?: boolean; readonly transB?: boolean },
): Value {
  const shape = matmulShape(a, b, transA, transB);
  const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0 };
  return one(g.node("FusedMatMul", [a, b], [{ dtype: a.dtype, shape }], attributes));
}

/** Root-mean-square normalisation over the last axis, in one kernel. */
export function simplifiedLayerNorm(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  epsilon: number,
): readonly [Value, Value] {
  const rows = [...x.shape.slice(0, -1), 1];
  const [y, inverse] = g.node(
    "SimplifiedLayerNormalization",
    [x, weight],
    [
      { dtype: x.dtype, shape: x.shape },
      { dtype: x.dtype, shape: rows },
    ],
    { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
  );
  if (y === undefined || inverse === undefined) throw new Error("normalisation yielded nothing");
  return [y, inverse];
}

/** Normalisation over the last axis, in one kernel, with a bias unless it is null. Returns y, and the mean and 1/√(σ² + ε) of each row. */
export function layerNormalization(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value | null,
  epsilon: number,
): readonly [Value, Value, Value] {
  const { dtype, shape } = x;
  const rows = [...shape.slice(0, -1), 1];
  const [y, mean, inverse] = g.node(
    "LayerNormalization",
    bias === null ? [x, weight] : [x, weight, bias],
    [
      { dtype, shape },
      { dtype, shape: rows },
      { dtype, shape: rows },
    ],
    { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
  );
  if (y === undefined || mean === undefined || inverse === undefined)
    throw new Error("normalisation yielded nothing");
  return [y, mean, inverse];
}

/**
 * Rotates pairs of x[b, l, heads · headSize] by the angles of positions[b, l]: elements (i, i + headSize/2)
 * of each head, or (2i, 2i + 1) when interleaved.
 * @param part Number of heads, and of elements of each that rotate, the first ones; null if all do.
 */
export function rotaryEmbedding(
  g: GraphBuilder,
  x: Value,
  positions: Value,
  cos: Value,
  sin: Value,
  interleaved: boolean,
  part: { readonly heads: number; readonly size: number } | null,
): Value {
  const attributes = {
    ...(interleaved ? { interleaved: 1 } : {}),
    ...(part === null ? {} : { num_heads: part.heads, rotary_embedding_dim: part.size }),
  };
  return one(
    g.node("RotaryEmbedding", [x, positions, cos, sin], [{ dtype: x.dtype, shape: x.shape }], attributes),
  );
}

/** silu(x) = x·σ(x), in one kernel. */
export function silu(g: GraphBuilder, x: Value): Value {
  return one(g.node("QuickGelu", [x], [{ dtype: x.dtype, shape: x.shape }], { alpha: { float: 1 } }));
}

/** Tanh approximation of gelu(x), in one kernel. */
export function fastGelu(g: GraphBuilder, x: Value): Value {
  return one(g.node("FastGelu", [x], [{ dtype: x.dtype, shape: x.shape }]));
}

/** Multiplies small integers x[r, c] by scales, one per `blockSize` values of a row. */
export function dequantize(g: GraphBuilder, x: Value, scales: Value, blockSize: number): Value {
  const attributes = { axis: 1, block_size: blockSize };
  return one(g.node("DequantizeLinear", [x, scales], [{ dtype: scales.dtype, shape: x.shape }], attributes));
}

/**
 * a[n, k]·Wᵀ with W = (q − 2^(bits − 1))·scale.
 * q: uint8 [m, blocks, bytes per block], m·k small integers; scales: [m, blocks].
 */
export function matmulQuantized(
  g: GraphBuilder,
  a: Value,
  q: Value,
  scales: Value,
  { bits, blockSize }: { readonly bits: number; readonly blockSize: number },
): Value {
  const [m] = scales.shape as readonly [number, number];
  // Level 4 computes with 8-bit integers, the only fast kernel for few rows, whether weights have 4 or 8
  // bits.
  const attributes = { K: Number(a.shape[1]), N: m, bits, block_size: blockSize, accuracy_level: 4 };
  return one(
    g.node("MatMulNBits", [a, q, scales], [{ dtype: a.dtype, shape: [a.shape[0] as Dim, m] }], attributes),
  );
}
