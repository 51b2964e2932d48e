// Layer normalisation, with its gradient (Ba et al. 2016).
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { layerNormalization } from "../tape/fusedOps.ts";
import { mul, reduceMean, reduceSum, sub } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

/** y = w ⊙ (x − μ) / √(σ² + ε) + b over the last axis, without b if it is null. x: [n, d], w and b: [d]. */
export function layerNorm(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value | null,
  epsilon: number,
): Value {
  const inputs = bias === null ? [x, weight] : [x, weight, bias];
  const [normal] = g.composite("LayerNorm", inputs, () => {
    const [y, mean, inverse] = layerNormalization(g, x, weight, bias, epsilon);
    return { outputs: [y], saved: [mean, inverse] };
  });
  if (normal === undefined) throw new Error("a normalisation yielded nothing");
  return normal;
}

/**
 * y = w ⊙ n + b with n = (x − μ)·r and r = 1/√(σ² + ε).
 * dx = r·(w ⊙ dy − mean(w ⊙ dy) − n·mean(n ⊙ w ⊙ dy));  dw = Σ_rows dy ⊙ n, db = Σ_rows dy.
 */
export const layerNormRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [[x, weight], [mean, inverse], [dy]] = [entry.inputs, entry.saved, gradients];
  if (!x || !weight || !mean || !inverse || !dy) throw new Error("LayerNorm: a value is missing");
  const normal = mul(g, sub(g, x, mean), inverse);
  let dx: Value | null = null;
  if (wants(0)) {
    const scaled = mul(g, dy, weight);
    const along = mul(g, normal, reduceMean(g, mul(g, scaled, normal), [-1], true));
    dx = mul(g, sub(g, sub(g, scaled, reduceMean(g, scaled, [-1], true)), along), inverse);
  }
  const axes = x.shape.slice(0, -1).map((_, i) => i);
  const dw = wants(1) ? reduceSum(g, mul(g, dy, normal), axes) : null;
  return entry.inputs.length < 3 ? [dx, dw] : [dx, dw, wants(2) ? reduceSum(g, dy, axes) : null];
};
