// The layers of a decoder, each recorded as one step with its own gradient (see gradients.ts).
import type { GraphBuilder } from "../builder.ts";
import {
  add,
  gatherElements,
  gemm,
  logSoftmax,
  matmul,
  mul,
  neg,
  reshape,
  rotaryEmbedding,
  sigmoid,
  simplifiedLayerNorm,
  softmax,
  transpose,
} from "../ops.ts";
import type { Dim, Value } from "../value.ts";

function single(values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined) throw new Error("a layer yielded nothing");
  return value;
}

/** y = w ⊙ x / √(mean(x²) + ε) over the last axis (Zhang and Sennrich 2019). x: [n, d], w: [d]. */
export function rmsNorm(g: GraphBuilder, x: Value, weight: Value, epsilon: number): Value {
  return single(
    g.composite("RmsNorm", [x, weight], () => {
      const [y, inverse] = simplifiedLayerNorm(g, x, weight, epsilon);
      return { outputs: [y], saved: [inverse] };
    }),
  );
}

/** Angles for rotary embedding: cos and sin, [maxPositions, headSize/2], and sin negated for the way back. */
export interface RotaryTables {
  readonly cos: Value;
  readonly sin: Value;
  readonly minusSin: Value;
}

/**
 * Tables for positions 0..count-1; `scale` multiplies both, which folds a factor (1/√headSize for queries) into
 * the rotation at no cost (Su et al. 2021).
 */
export function rotaryTables(
  g: GraphBuilder,
  count: number,
  headSize: number,
  theta: number,
  scale: number,
): RotaryTables {
  const half = headSize / 2;
  const cos = new Float32Array(count * half);
  const sin = new Float32Array(count * half);
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < half; i++) {
      // float32 as PyTorch computes it, so that reference values agree
      const frequency = Math.fround(1 / Math.fround(theta ** Math.fround((2 * i) / headSize)));
      const angle = Math.fround(p * frequency);
      cos[p * half + i] = Math.cos(angle) * scale;
      sin[p * half + i] = Math.sin(angle) * scale;
    }
  }
  const shape = [count, half];
  return {
    cos: g.constant(cos, shape),
    sin: g.constant(sin, shape),
    minusSin: g.constant(
      sin.map(x => -x),
      shape,
    ),
  };
}

/** Rotates each head of x[b, l, heads·headSize] by the angles of positions[b, l]. */
export function rotary(g: GraphBuilder, x: Value, positions: Value, tables: RotaryTables): Value {
  return single(
    g.composite("Rotary", [x, positions], () => ({
      outputs: [rotaryEmbedding(g, x, positions, tables.cos, tables.sin)],
      saved: [tables.cos, tables.minusSin],
    })),
  );
}

export interface AttentionShape {
  readonly batch: Dim;
  readonly queries: Dim;
  readonly keys: Dim;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
}

/**
 * Grouped-query attention without expanding keys and values: the heads of a group are stacked along the query axis.
 * q: [b, l, heads·headSize], already scaled; k: [b, kvHeads, m, headSize]; v likewise;
 * mask: additive, [b, 1, 1, l, m]. Returns [b, l, heads·headSize].
 */
export function attention(
  g: GraphBuilder,
  q: Value,
  k: Value,
  v: Value,
  mask: Value,
  shape: AttentionShape,
): Value {
  const { batch, queries, keys, heads, kvHeads, headSize } = shape;
  const group = heads / kvHeads;
  if (group > 1 && typeof queries === "string")
    throw new Error("grouped attention needs a known number of queries");
  const stacked = group === 1 ? queries : group * Number(queries);
  return single(
    g.composite(
      "Attention",
      [q, k, v, mask],
      () => {
        const split = reshape(g, q, [batch, queries, kvHeads, group, headSize]);
        const rows = reshape(g, transpose(g, split, [0, 2, 3, 1, 4]), [batch, kvHeads, stacked, headSize]);
        const scores = matmul(g, rows, transpose(g, k, [0, 1, 3, 2])); // [b, kv, g·l, m]
        const masked = add(g, reshape(g, scores, [batch, kvHeads, group, queries, keys]), mask);
        const weights = reshape(g, softmax(g, masked), [batch, kvHeads, stacked, keys]);
        const mixed = matmul(g, weights, v); // [b, kv, g·l, headSize]
        const unstacked = transpose(
          g,
          reshape(g, mixed, [batch, kvHeads, group, queries, headSize]),
          [0, 3, 1, 2, 4],
        );
        return {
          outputs: [reshape(g, unstacked, [batch, queries, heads * headSize])],
          saved: [rows, weights, mixed],
        };
      },
      { kvHeads },
    ),
  );
}

/** silu(gate) ⊙ up, with silu(x) = x·σ(x) (Shazeer 2020). */
export function swiGlu(g: GraphBuilder, gate: Value, up: Value): Value {
  return single(
    g.composite("SwiGlu", [gate, up], () => {
      const s = sigmoid(g, gate);
      const silu = mul(g, gate, s);
      return { outputs: [mul(g, silu, up)], saved: [s, silu] };
    }),
  );
}

/**
 * Negative log-likelihood of the targets under softmax(h·Wᵀ), in nats.
 * h: [s, d], W: [vocabulary, d], targets: int64 [s]. Returns [s].
 */
export function linearCrossEntropy(g: GraphBuilder, h: Value, weight: Value, targets: Value): Value {
  const rows = targets.shape[0] as Dim;
  return single(
    g.composite("LinearCrossEntropy", [h, weight, targets], () => {
      const logProbabilities = logSoftmax(g, gemm(g, h, weight, { transB: true }));
      const column = reshape(g, targets, [rows, 1]);
      const picked = gatherElements(g, logProbabilities, column, 1); // [s, 1]
      return { outputs: [neg(g, reshape(g, picked, [rows]))], saved: [logProbabilities, column, picked] };
    }),
  );
}
