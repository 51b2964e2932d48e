// Interface of gradient rules, which compute the gradients of an operation's inputs from those of its
// outputs.
import type { GraphBuilder, TapeEntry } from "../tape/builder.ts";
import { reduceSum, reshape } from "../tape/ops.ts";
import { type CompositeOp, type Shape, type StandardOp, sameShape, type Value } from "../tape/value.ts";

/** Input of a gradient rule: one tape entry and the gradients of its outputs. */
export interface RuleContext {
  readonly g: GraphBuilder;
  readonly entry: TapeEntry;
  /** Gradient of output i; null when the loss does not depend on it. */
  readonly gradients: readonly (Value | null)[];
  /** Reports whether the gradient of input i was requested. */
  readonly wants: (input: number) => boolean;
}

/** Returns one gradient per input, null where it was not requested or does not exist. */
export type GradientRule = (context: RuleContext) => readonly (Value | null)[];

/** Rules of all operators. The type is total: an operator without a rule does not compile. */
export type GradientRules = Readonly<Record<StandardOp | CompositeOp, GradientRule>>;

/** Sums a gradient over the axes along which its operand was broadcast. */
export function sumTo(g: GraphBuilder, gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, i) =>
    i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : [],
  );
  return reshape(g, reduceSum(g, gradient, axes, true), shape);
}
