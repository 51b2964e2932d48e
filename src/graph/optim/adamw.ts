// One AdamW update over a flat piece of the parameters, as a graph that any provider can run.
import { GraphBuilder } from "../builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import { add, div, mul, sqrt, sub } from "../ops.ts";

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Decoupled weight decay (Loshchilov and Hutter 2019), in PyTorch's order of operations:
 * p ← p·(1 − decay); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − rate·m / (√v·root + ε).
 * Inputs: p, g, m, v: [n]; scalars: scale (of g, for clipping), decay = lr·λ, rate = lr / (1 − β₁ᵗ),
 * root = 1 / √(1 − β₂ᵗ). Outputs: pOut, mOut, vOut: [n].
 */
export function adamWModel({ beta1, beta2, epsilon }: AdamWOptions): Uint8Array {
  const g = new GraphBuilder();
  const [p, raw, m, v] = (["p", "g", "m", "v"] as const).map(name => g.input(name, "float32", ["n"])) as [
    ReturnType<typeof g.input>,
    ReturnType<typeof g.input>,
    ReturnType<typeof g.input>,
    ReturnType<typeof g.input>,
  ];
  const scale = g.input("scale", "float32", []);
  const decay = g.input("decay", "float32", []);
  const rate = g.input("rate", "float32", []);
  const root = g.input("root", "float32", []);
  const gradient = mul(g, raw, scale);
  const mean = add(g, mul(g, m, g.scalar(beta1)), mul(g, gradient, g.scalar(1 - beta1)));
  const square = add(g, mul(g, v, g.scalar(beta2)), mul(g, mul(g, gradient, gradient), g.scalar(1 - beta2)));
  const denominator = add(g, mul(g, sqrt(g, square), root), g.scalar(epsilon));
  const decayed = mul(g, p, sub(g, g.scalar(1), decay));
  g.output("pOut", sub(g, decayed, mul(g, div(g, mean, denominator), rate)));
  g.output("mOut", mean);
  g.output("vOut", square);
  return encodeModel(g, "adamw");
}
