// Gradient rules of the decoder's layers (layers.ts). Tests check each formula against finite differences.
import type { GradientRule, RuleContext } from "../autodiff/rule.ts";
import { add, mul, reduceSum, sigmoid, sub } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

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

/**
 * y = a·u, a = x·s, s = σ(x). du = dy·a; dx = dy·u·(s + a·(1 − s)) = t·(x − a) + t with t = dy·u·s. Keeps
 * only x and u from the forward pass.
 */
export const swiGluRule: GradientRule = context => {
  const { g, wants } = context;
  const { inputs, dy } = parts(context);
  const [gate, up] = [inputs(0), inputs(1)];
  const s = g.repeat(() => sigmoid(g, gate));
  const silu = g.repeat(() => mul(g, gate, s));
  const t = wants(0) ? mul(g, mul(g, dy, up), s) : null;
  return [t === null ? null : add(g, mul(g, t, sub(g, gate, silu)), t), wants(1) ? mul(g, dy, silu) : null];
};
