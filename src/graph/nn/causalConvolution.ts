// Depthwise causal convolution over packed rows, with its gradient.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import {
  add,
  cast,
  concat,
  lessOrEqual,
  mul,
  one,
  padTo,
  reduceSum,
  reshape,
  slice,
  sliceTo,
  transpose,
} from "../tape/ops.ts";
import type { Dim, Value } from "../tape/value.ts";

/** Name of the size of a step with the inputs before it. */
export const recent = "recent";

/**
 * y[t] = Σⱼ w[taps − 1 − j] ⊙ x[t − j] for j < taps, over the inputs of t's own example only: those whose position is
 * at least j before its own. x: [b, l, c], weight: [c, 1, taps], positions: int64 [b, l], counted from 0 in each
 * example.
 * @param preceded x after the taps − 1 inputs before it, [b, `recent`, c]; null if no example began before x.
 */
export function causalConvolution(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  positions: Value,
  preceded: Value | null,
): Value {
  if (preceded !== null) return convolved(g, preceded, weight, positions, x);
  return one(
    g.composite("CausalConvolution", [x, weight, positions], () => {
      const y = convolved(g, withZeros(g, x, weight), weight, positions, x);
      return { outputs: [y], saved: [] };
    }),
  );
}

function tapsOf(weight: Value): number {
  return weight.shape[2] as number;
}

/** Weights of the inputs j before a token, for each j: [c]. */
function weightsByAge(g: GraphBuilder, weight: Value): Value[] {
  const [channels, , taps] = weight.shape as readonly [number, number, number];
  const byTap = transpose(g, reshape(g, weight, [channels, taps]), [1, 0]);
  return Array.from({ length: taps }, (_, j) =>
    reshape(g, slice(g, byTap, 0, taps - 1 - j, taps - j), [channels]),
  );
}

/** x after taps − 1 zeros. */
function withZeros(g: GraphBuilder, x: Value, weight: Value): Value {
  const before = tapsOf(weight) - 1;
  const length = x.shape[1] as Dim;
  return padTo(g, x, 1, g.ints(before), 0, typeof length === "number" ? length + before : recent);
}

/** x[t − j] for each t, from x with the inputs before it: [b, l, c]. */
function earlier(g: GraphBuilder, preceded: Value, j: number, taps: number, length: Dim): Value {
  return sliceTo(g, preceded, 1, g.ints(taps - 1 - j), j === 0 ? null : g.ints(-j), length);
}

/** 1 where the input j before a token belongs to the same example, 0 elsewhere: [b, l, 1]. */
function sameExample(g: GraphBuilder, positions: Value, j: number): Value {
  return reshape(g, cast(g, lessOrEqual(g, g.ints(j), positions), "float32"), [...positions.shape, 1]);
}

function convolved(g: GraphBuilder, preceded: Value, weight: Value, positions: Value, x: Value): Value {
  const taps = tapsOf(weight);
  return weightsByAge(g, weight)
    .map((w, j) => {
      if (j === 0) return mul(g, x, w);
      const past = earlier(g, preceded, j, taps, x.shape[1] as Dim);
      return mul(g, mul(g, past, sameExample(g, positions, j)), w);
    })
    .reduce((sum, term) => add(g, sum, term));
}

/**
 * With m[t, j] = 1 where x[t − j] is of t's example: dx[t] = Σⱼ w[taps − 1 − j] ⊙ m[t + j, j]·dy[t + j];
 * dw[taps − 1 − j] = Σₜ m[t, j]·dy[t] ⊙ x[t − j].
 */
export const causalConvolutionRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [x, weight, positions] = entry.inputs as readonly [Value, Value, Value];
  const [dy] = gradients as readonly [Value];
  const [, length, channels] = x.shape as readonly [Dim, number, number];
  const taps = tapsOf(weight);
  const weights = weightsByAge(g, weight);
  const own = weights.map((_, j) => (j === 0 ? dy : mul(g, dy, sameExample(g, positions, j))));
  const back = (y: Value, j: number): Value =>
    j === 0 ? y : padTo(g, slice(g, y, 1, j, length), 1, g.ints(0), j, length);
  const dx = (): Value =>
    own.map((y, j) => back(mul(g, y, weights[j] as Value), j)).reduce((sum, term) => add(g, sum, term));
  const dw = (): Value => {
    const preceded = g.repeat(() => withZeros(g, x, weight));
    const parts = own.map((y, j) => {
      const past = j === 0 ? x : earlier(g, preceded, j, taps, length);
      return reshape(g, reduceSum(g, mul(g, y, past), [0, 1]), [channels, 1, 1]);
    });
    return concat(g, parts.reverse(), 2, taps);
  };
  return [wants(0) ? dx() : null, wants(1) ? dw() : null, null];
};
