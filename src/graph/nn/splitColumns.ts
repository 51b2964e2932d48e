// Divides the output of a linear layer that stands for several, with its gradient.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { concat, reshape, slice, transpose, zerosLike } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

/** Divides x[n, Σ widths] into an [n, width] for each width, in order. */
export function splitColumns(g: GraphBuilder, x: Value, widths: readonly number[]): readonly Value[] {
  return g.composite("SplitColumns", [x], () => {
    let from = 0;
    const outputs = widths.map(width => {
      from += width;
      return slice(g, x, 1, from - width, from);
    });
    return { outputs, saved: [] };
  });
}

/**
 * Columns of queries, keys and values in the order that `splitColumns` divides, where those of each head are next to
 * each other: x[n, heads·3·size].
 */
export function headsApart(g: GraphBuilder, x: Value, heads: number): Value {
  const [rows, width] = x.shape as readonly [number, number];
  const byHead = reshape(g, x, [rows, heads, 3, width / heads / 3]);
  return reshape(g, transpose(g, byHead, [0, 2, 1, 3]), [rows, width]);
}

/** dx is the gradients of the parts next to each other. */
export const splitColumnsRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [x] = entry.inputs as readonly [Value];
  if (!wants(0)) return [null];
  const parts = gradients.map((dy, i) => dy ?? zerosLike(g, entry.outputs[i] as Value));
  return [concat(g, parts, 1, x.shape[1] as number)];
};
