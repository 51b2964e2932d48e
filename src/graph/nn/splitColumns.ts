// Divides the output of a linear layer that stands for several, with its gradient.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { concat, reshape, slice, transpose, zerosLike } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

/** Divides x[n, Σ widths] into an [n, width] for each width, in order. Of more axes, divides the given one. */
export function splitColumns(
  g: GraphBuilder,
  x: Value,
  widths: readonly number[],
  axis = 1,
): readonly Value[] {
  return g.composite(
    "SplitColumns",
    [x],
    () => {
      let from = 0;
      const outputs = widths.map(width => {
        from += width;
        return slice(g, x, axis, from - width, from);
      });
      return { outputs, saved: [] };
    },
    { axis },
  );
}

/**
 * Columns of the `sides` of all heads in the order that `splitColumns` divides, where those of each head are next to
 * each other: x[n, heads·sides·size].
 */
export function headsApart(g: GraphBuilder, x: Value, heads: number, sides: number): Value {
  const [rows, width] = x.shape as readonly [number, number];
  const byHead = reshape(g, x, [rows, heads, sides, width / heads / sides]);
  return reshape(g, transpose(g, byHead, [0, 2, 1, 3]), [rows, width]);
}

/** dx is the gradients of the parts next to each other. */
export const splitColumnsRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [x] = entry.inputs as readonly [Value];
  if (!wants(0)) return [null];
  const parts = gradients.map((dy, i) => dy ?? zerosLike(g, entry.outputs[i] as Value));
  const axis = entry.attributes.axis as number;
  return [concat(g, parts, axis, x.shape[axis] as number)];
};
