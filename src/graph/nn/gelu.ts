// GELU of feed-forward layers without a gate, exact or in its tanh form, with its gradient (Hendrycks and Gimpel 2016).
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { fastGelu } from "../tape/fusedOps.ts";
import { add, erf, exp, mul, one } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";
import { tanhGelu, tanhGeluSlope } from "./geGlu.ts";

/** x·Φ(x), where Φ is the distribution function of the standard normal distribution, or its tanh form. */
export function gelu(g: GraphBuilder, x: Value, form: "exact" | "tanh"): Value {
  return one(
    g.composite(
      "Gelu",
      [x],
      () => {
        const y = form === "tanh" ? fastGelu(g, x) : mul(g, x, normalShare(g, x));
        g.recomputable(y, () => (form === "tanh" ? tanhGelu(g, x).gelu : mul(g, x, normalShare(g, x))));
        return { outputs: [y], saved: [] };
      },
      { tanh: form === "tanh" ? 1 : 0 },
    ),
  );
}

/** Φ(x) = ½·(1 + erf(x / √2)). */
function normalShare(g: GraphBuilder, x: Value): Value {
  const e = erf(g, mul(g, x, g.scalar(Math.SQRT1_2)));
  return mul(g, add(g, e, g.scalar(1)), g.scalar(0.5));
}

/** dx = dy·(Φ(x) + x·φ(x)) with the normal density φ(x) = exp(−x²/2) / √(2π); of the tanh form, `tanhGeluSlope`. */
export const geluRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [x] = entry.inputs as readonly [Value];
  const [dy] = gradients as readonly [Value];
  if (!wants(0)) return [null];
  if (entry.attributes.tanh === 1) {
    const parts = g.repeat(() => tanhGelu(g, x));
    return [mul(g, dy, tanhGeluSlope(g, parts))];
  }
  const density = mul(g, exp(g, mul(g, mul(g, x, x), g.scalar(-0.5))), g.scalar(1 / Math.sqrt(2 * Math.PI)));
  return [
    mul(
      g,
      dy,
      add(
        g,
        g.repeat(() => normalShare(g, x)),
        mul(g, x, density),
      ),
    ),
  ];
};
