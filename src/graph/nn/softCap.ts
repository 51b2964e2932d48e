// Soft caps on attention scores and logits (Bello et al. 2017, Gemma 2).
import type { GraphBuilder } from "../tape/builder.ts";
import { mul, sub, tanh } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

/** cap·tanh(x / cap); x itself if the cap is null. */
export function softCap(g: GraphBuilder, x: Value, cap: number | null): Value {
  return cap === null ? x : mul(g, tanh(g, mul(g, x, g.scalar(1 / cap))), g.scalar(cap));
}

/**
 * Gradient of x from the gradient dy of y = softCap(x).
 * dx = dy·(1 − (y / cap)²).
 */
export function softCapGradient(g: GraphBuilder, y: Value, dy: Value, cap: number | null): Value {
  if (cap === null) return dy;
  const share = mul(g, y, g.scalar(1 / cap));
  return mul(g, dy, sub(g, g.scalar(1), mul(g, share, share)));
}
