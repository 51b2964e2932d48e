// Linear biases on attention scores, instead of positions in queries and keys (ALiBi, Press et al. 2022).
import type { GraphBuilder } from "../tape/builder.ts";
import { add, cast, concat, mul, reshape, slice, transpose } from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";

/**
 * Slope of each head: powers of 2^(−8/n) for a power n of 2; for the heads beyond it, odd powers of the base for 2n.
 * In float32 like PyTorch.
 */
export function alibiSlopes(heads: number): Float32Array {
  const whole = 2 ** Math.floor(Math.log2(heads));
  const base = (count: number): number => Math.fround(2 ** -(2 ** -(Math.log2(count) - 3)));
  return Float32Array.from({ length: heads }, (_, i) =>
    i < whole ? base(whole) ** (i + 1) : base(2 * whole) ** (2 * (i - whole) + 1),
  );
}

/** Attention's view of one layer, and the way back from what it returns. */
interface Biased {
  readonly q: Value; // [b, l, heads·(size + 1)]
  readonly keys: Value; // [b, heads, l, size + 1]
  readonly values: Value; // [b, heads, l, size + 1]
  readonly unbiased: (mixed: Value) => Value; // [b, l, heads·(size + 1)] -> [b, l, heads·size]
}

/**
 * Adds slope · position of the key to all scores: one more element of each query is the slope of its head, and one
 * more of each key is its position. So the bias is in the cache with the keys, wherever they lie in it.
 * q: [b, l, heads·size]; keys and values: [b, heads, l, size]; positions: int64 [b, l].
 */
export function alibi(
  g: GraphBuilder,
  {
    q,
    keys,
    values,
    positions,
  }: { readonly q: Value; readonly keys: Value; readonly values: Value; readonly positions: Value },
): Biased {
  const [batch, heads, length, size] = keys.shape as readonly [Dim, number, Dim, number];
  const places = reshape(g, cast(g, positions, "float32"), [batch, length, 1, 1]);
  const none = mul(g, places, g.scalar(0));
  const slopes = add(g, none, g.constant(alibiSlopes(heads), [1, 1, heads, 1])); // [b, l, heads, 1]
  const all = g.constant(new Float32Array(heads).fill(1), [1, 1, heads, 1]);
  const byHead = (x: Value): Value => transpose(g, mul(g, x, all), [0, 2, 1, 3]); // [b, heads, l, 1]
  const wide = size + 1;
  const queries = concat(g, [reshape(g, q, [batch, length, heads, size]), slopes], 3, wide);
  return {
    q: reshape(g, queries, [batch, length, heads * wide]),
    keys: concat(g, [keys, byHead(places)], 3, wide),
    values: concat(g, [values, byHead(none)], 3, wide),
    unbiased: mixed => {
      const split = reshape(g, mixed, [batch, length, heads, wide]);
      return reshape(g, slice(g, split, 3, 0, size), [batch, length, heads * size]);
    },
  };
}
