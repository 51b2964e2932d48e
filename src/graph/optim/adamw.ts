// One AdamW update of a flat piece of the parameters, as a graph that any provider can run.

import { encodeModel } from "../onnx/encode.ts";
import { GraphBuilder } from "../tape/builder.ts";
import { add, div, mul, sqrt, sub } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Parameters, their gradient (already scaled for clipping) and both moments, all of the same shape. */
export interface AdamWState {
  readonly p: Value;
  readonly gradient: Value;
  readonly m: Value;
  readonly v: Value;
}

/** Scalars of one update. `gain1` = 1 − β₁ and `gain2` = 1 − β₂. */
export interface AdamWScalars {
  readonly beta1: Value;
  readonly gain1: Value;
  readonly beta2: Value;
  readonly gain2: Value;
  readonly epsilon: Value;
  /** 1 − lr·λ */
  readonly keep: Value;
  /** lr / (1 − β₁ᵗ) */
  readonly rate: Value;
  /** 1 / √(1 − β₂ᵗ) */
  readonly root: Value;
}

/**
 * AdamW update with decoupled weight decay (Loshchilov and Hutter 2019), in PyTorch's order of operations:
 * p ← p·keep; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − rate·m / (√v·root + ε).
 */
export function adamWUpdate(
  g: GraphBuilder,
  { p, gradient, m, v }: AdamWState,
  scalars: AdamWScalars,
): Omit<AdamWState, "gradient"> {
  const { beta1, gain1, beta2, gain2, epsilon, keep, rate, root } = scalars;
  const mean = add(g, mul(g, m, beta1), mul(g, gradient, gain1));
  const square = add(g, mul(g, v, beta2), mul(g, mul(g, gradient, gradient), gain2));
  const denominator = add(g, mul(g, sqrt(g, square), root), epsilon);
  return { p: sub(g, mul(g, p, keep), mul(g, div(g, mean, denominator), rate)), m: mean, v: square };
}

/**
 * `adamWUpdate` as a separate graph. Inputs: p, g, m, v: [n]; scalars: scale (of g, for clipping), decay =
 * lr·λ, rate, root. Outputs: pOut, mOut, vOut: [n].
 */
export function adamWModel({ beta1, beta2, epsilon }: AdamWOptions): Uint8Array {
  const g = new GraphBuilder();
  const [p, raw, m, v] = (["p", "g", "m", "v"] as const).map(name => g.input(name, "float32", ["n"])) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const scale = g.input("scale", "float32", []);
  const decay = g.input("decay", "float32", []);
  const rate = g.input("rate", "float32", []);
  const root = g.input("root", "float32", []);
  const updated = adamWUpdate(
    g,
    { p, gradient: mul(g, raw, scale), m, v },
    {
      beta1: g.scalar(beta1),
      gain1: g.scalar(1 - beta1),
      beta2: g.scalar(beta2),
      gain2: g.scalar(1 - beta2),
      epsilon: g.scalar(epsilon),
      keep: sub(g, g.scalar(1), decay),
      rate,
      root,
    },
  );
  g.output("pOut", updated.p);
  g.output("mOut", updated.m);
  g.output("vOut", updated.v);
  return encodeModel(g, "adamw");
}
