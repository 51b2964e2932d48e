// Layers of a decoder, each recorded as one step with its own gradient (see gradients.ts).
import type { GraphBuilder } from "../tape/builder.ts";
import { silu, simplifiedLayerNorm } from "../tape/fusedOps.ts";
import { lessOrEqual, mul, sigmoid, where } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

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
      g.recomputable(y, () => mul(g, mul(g, x, inverse), weight));
      return { outputs: [y], saved: [inverse] };
    }),
  );
}

/** silu(gate) ⊙ up, with silu(x) = x·σ(x) (Shazeer 2020). */
export function swiGlu(g: GraphBuilder, gate: Value, up: Value): Value {
  return single(
    g.composite("SwiGlu", [gate, up], () => {
      const y = mul(g, silu(g, gate), up);
      g.recomputable(y, () => mul(g, mul(g, gate, sigmoid(g, gate)), up));
      return { outputs: [y], saved: [] };
    }),
  );
}

/** max(x, 0)², the activation of a feed-forward layer without a gate (So et al. 2021). */
export function squaredRelu(g: GraphBuilder, x: Value): Value {
  const positive = where(g, lessOrEqual(g, x, g.scalar(0)), g.scalar(0), x);
  return mul(g, positive, positive);
}
