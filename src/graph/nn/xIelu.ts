// xIELU, the activation of feed-forward layers without a gate, with its gradient (Huang and Schlag 2024).
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { add, exp, lessOrEqual, log, mul, one, reduceSum, sigmoid, sub, where } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

/** β of every layer. Files store it as a constant. */
export const xIeluBeta = 0.5;

/**
 * y = β·x + α₊·x² for x > 0, β·x + α₋·(eˣ − 1 − x) elsewhere, with α₊ = softplus(positive) and
 * α₋ = β + softplus(negative). x: [n, d], positive and negative: [1].
 */
export function xIelu(g: GraphBuilder, x: Value, positive: Value, negative: Value): Value {
  return one(
    g.composite("XIelu", [x, positive, negative], () => {
      const compute = (): Value => {
        const { above, below, grown } = parts(g, x);
        const [a, b] = slopes(g, positive, negative);
        const bent = add(
          g,
          mul(g, mul(g, above, above), a),
          mul(g, sub(g, sub(g, grown, g.scalar(1)), below), b),
        );
        return add(g, mul(g, x, g.scalar(xIeluBeta)), bent);
      };
      const y = compute();
      g.recomputable(y, compute);
      return { outputs: [y], saved: [] };
    }),
  );
}

/** The parts of x above and below 0, and e to the lower one, which can't overflow. */
function parts(g: GraphBuilder, x: Value) {
  const below = where(g, lessOrEqual(g, x, g.scalar(0)), x, g.scalar(0));
  return { above: sub(g, x, below), below, grown: exp(g, below) };
}

function slopes(g: GraphBuilder, positive: Value, negative: Value): [Value, Value] {
  const softplus = (p: Value): Value => log(g, add(g, exp(g, p), g.scalar(1)));
  return [softplus(positive), add(g, softplus(negative), g.scalar(xIeluBeta))];
}

/**
 * dx = dy·(β + 2·α₊·x₊ + α₋·(eˣ⁻ − 1)); d positive = σ(positive)·Σ dy·x₊²;
 * d negative = σ(negative)·Σ dy·(eˣ⁻ − 1 − x₋), where x₊ and x₋ are the parts of x above and below 0.
 */
export const xIeluRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [x, positive, negative] = entry.inputs as readonly [Value, Value, Value];
  const [dy] = gradients as readonly [Value];
  const { above, below, grown } = g.repeat(() => parts(g, x));
  const fallen = sub(g, grown, g.scalar(1));
  const [a, b] = slopes(g, positive, negative);
  const rise = add(g, mul(g, mul(g, above, g.scalar(2)), a), mul(g, fallen, b));
  const toSlope = (parameter: Value, share: Value): Value =>
    mul(g, sigmoid(g, parameter), reduceSum(g, reduceSum(g, mul(g, dy, share), [-1]), [0], true));
  return [
    wants(0) ? mul(g, dy, add(g, rise, g.scalar(xIeluBeta))) : null,
    wants(1) ? toSlope(positive, mul(g, above, above)) : null,
    wants(2) ? toSlope(negative, sub(g, fallen, below)) : null,
  ];
};
