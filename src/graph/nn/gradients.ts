// Gradient rules of the decoder's layers (layers.ts); each formula is checked against finite differences.
import type { GradientRule, RuleContext } from "../autodiff/grad.ts";
import {
  add,
  exp,
  gemm,
  matmul,
  mul,
  reduceSum,
  reshape,
  rotaryEmbedding,
  scatterElements,
  sub,
  transpose,
} from "../ops.ts";
import type { Dim, Value } from "../value.ts";

function at(values: readonly (Value | null)[], i: number): Value {
  const value = values[i];
  if (value === undefined || value === null) throw new Error(`a gradient rule misses value ${i}`);
  return value;
}

function parts(context: RuleContext): {
  inputs: (i: number) => Value;
  saved: (i: number) => Value;
  dy: Value;
} {
  const { entry, gradients } = context;
  return { inputs: i => at(entry.inputs, i), saved: i => at(entry.saved, i), dy: at(gradients, 0) };
}

/**
 * y = w ⊙ x·r with r = 1/√(mean(x²) + ε).
 * dx = r·(w ⊙ dy) − x·r³·mean(x ⊙ w ⊙ dy);  dw = Σ_rows dy ⊙ x·r.
 */
export const rmsNormRule: GradientRule = context => {
  const { g, wants } = context;
  const { inputs, saved, dy } = parts(context);
  const [x, weight, r] = [inputs(0), inputs(1), saved(0)];
  const size = Number(x.shape.at(-1));
  const normal = mul(g, x, r);
  let dx: Value | null = null;
  if (wants(0)) {
    const scaled = mul(g, dy, weight);
    const mean = mul(g, reduceSum(g, mul(g, scaled, normal), [-1], true), g.scalar(1 / size));
    dx = mul(g, sub(g, scaled, mul(g, normal, mean)), r);
  }
  const axes = x.shape.slice(0, -1).map((_, i) => i);
  return [dx, wants(1) ? reduceSum(g, mul(g, dy, normal), axes) : null];
};

/** A rotation's gradient is the rotation by the opposite angle. */
export const rotaryRule: GradientRule = context => {
  const { inputs, saved, dy } = parts(context);
  return [context.wants(0) ? rotaryEmbedding(context.g, dy, inputs(1), saved(0), saved(1)) : null, null];
};

/**
 * S = Q·Kᵀ + M, P = softmax(S), O = P·V.
 * dV = Pᵀ·dO, dP = dO·Vᵀ, dS = P ⊙ (dP − rowsum(dO ⊙ O)), dQ = dS·K, dK = dSᵀ·Q
 * (rowsum(dP ⊙ P) = rowsum(dO ⊙ O): Dao et al. 2022, which saves a pass over the scores).
 */
export const attentionRule: GradientRule = context => {
  const { g, entry, wants } = context;
  const { inputs, saved, dy } = parts(context);
  const [q, k, v] = [inputs(0), inputs(1), inputs(2)];
  const [rows, weights, mixed] = [saved(0), saved(1), saved(2)];
  const kvHeads = entry.attributes.kvHeads as number;
  const [batch, queries, width] = q.shape as [Dim, Dim, Dim];
  const headSize = Number(k.shape.at(-1));
  const group = Number(width) / headSize / kvHeads;
  const stack = (x: Value): Value =>
    reshape(
      g,
      transpose(g, reshape(g, x, [batch, queries, kvHeads, group, headSize]), [0, 2, 3, 1, 4]),
      mixed.shape,
    );
  const swap = (x: Value): Value => transpose(g, x, [0, 1, 3, 2]);
  const dMixed = stack(dy);
  const dWeights = matmul(g, dMixed, swap(v));
  const dScores = mul(g, weights, sub(g, dWeights, reduceSum(g, mul(g, dMixed, mixed), [-1], true)));
  let dq: Value | null = null;
  if (wants(0)) {
    const dRows = reshape(g, matmul(g, dScores, k), [batch, kvHeads, group, queries, headSize]);
    dq = reshape(g, transpose(g, dRows, [0, 3, 1, 2, 4]), q.shape);
  }
  return [
    dq,
    wants(1) ? matmul(g, swap(dScores), rows) : null,
    wants(2) ? matmul(g, swap(weights), dMixed) : null,
    null,
  ];
};

/** y = a·u, a = x·s, s = σ(x). du = dy·a; dx = dy·u·(s + a·(1 − s)). */
export const swiGluRule: GradientRule = context => {
  const { g, wants } = context;
  const { inputs, saved, dy } = parts(context);
  const [up, s, silu] = [inputs(1), saved(0), saved(1)];
  const slope = wants(0) ? sub(g, add(g, s, silu), mul(g, silu, s)) : null;
  return [slope === null ? null : mul(g, mul(g, dy, up), slope), wants(1) ? mul(g, dy, silu) : null];
};

/**
 * y = −log softmax(h·Wᵀ)[target]. With D = softmax − onehot: dh = dy ⊙ (D·W), dW = Dᵀ·(dy ⊙ h).
 * Scaling by dy on the narrow side spares a pass over [s, vocabulary].
 */
export const linearCrossEntropyRule: GradientRule = context => {
  const { g, wants } = context;
  const { inputs, saved, dy } = parts(context);
  const [h, weight] = [inputs(0), inputs(1)];
  const [logProbabilities, column, picked] = [saved(0), saved(1), saved(2)];
  const difference = scatterElements(
    g,
    exp(g, logProbabilities),
    column,
    sub(g, exp(g, picked), g.scalar(1)),
    1,
  );
  const scale = reshape(g, dy, [h.shape[0] as Dim, 1]);
  return [
    wants(0) ? mul(g, gemm(g, difference, weight), scale) : null,
    wants(1) ? gemm(g, difference, mul(g, h, scale), { transA: true }) : null,
    null,
  ];
};
