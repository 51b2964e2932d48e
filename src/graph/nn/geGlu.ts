// Gated GELU of feed-forward layers in its tanh form, with its gradient (Hendrycks and Gimpel 2016, Shazeer
// 2020).
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { fastGelu } from "../tape/fusedOps.ts";
import { add, mul, sigmoid, sub } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

// ½(1 + tanh(√(2/π)·(x + 0.044715·x³))) = σ(x·t) with t = linear + cubic·x².
const linear = 2 * Math.sqrt(2 / Math.PI);
const cubic = 0.044715 * linear;

/** gelu(gate) ⊙ up. */
export function geGlu(g: GraphBuilder, gate: Value, up: Value): Value {
  const [gated] = g.composite("GeGlu", [gate, up], () => {
    const y = mul(g, fastGelu(g, gate), up);
    g.recomputable(y, () => mul(g, tanhGelu(g, gate).gelu, up));
    return { outputs: [y], saved: [] };
  });
  if (gated === undefined) throw new Error("an activation yielded nothing");
  return gated;
}

/** a = x·s, s = σ(x·t), t = linear + cubic·x². */
export function tanhGelu(g: GraphBuilder, x: Value) {
  const t = add(g, mul(g, mul(g, x, x), g.scalar(cubic)), g.scalar(linear));
  const s = sigmoid(g, mul(g, x, t));
  return { t, s, gelu: mul(g, x, s) };
}

/** da/dx = s + a·(1 − s)·(3t − 2·linear), as d(x·t)/dx = 3t − 2·linear. */
export function tanhGeluSlope(g: GraphBuilder, { t, s, gelu }: ReturnType<typeof tanhGelu>): Value {
  const slope = sub(g, mul(g, t, g.scalar(3)), g.scalar(2 * linear));
  return add(g, s, mul(g, sub(g, gelu, mul(g, gelu, s)), slope));
}

/**
 * y = a·u with a as in `tanhGelu`. Keeps only x and u from the forward pass.
 * du = dy·a;  dx = dy·u·da/dx.
 */
export const geGluRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [gate, up] = entry.inputs as readonly [Value, Value];
  const [dy] = gradients as readonly [Value];
  const parts = g.repeat(() => tanhGelu(g, gate));
  const dx = wants(0) ? mul(g, mul(g, dy, up), tanhGeluSlope(g, parts)) : null;
  return [dx, wants(1) ? mul(g, dy, parts.gelu) : null];
};
