// Reverse-mode differentiation over the tape of a graph builder.
import type { GraphBuilder, TapeEntry } from "../tape/builder.ts";
import { add } from "../tape/ops.ts";
import { describe, sameShape, type Value } from "../tape/value.ts";
import type { GradientRules } from "./rule.ts";

/**
 * Returns the gradients of the scalar `loss` with respect to `targets`, in the same order. Gradients are
 * computed only for values between a target and the loss.
 */
export function grad(g: GraphBuilder, loss: Value, targets: readonly Value[], rules: GradientRules): Value[] {
  if (loss.shape.length !== 0) throw new Error(`the loss must be a scalar, not ${describe(loss)}`);
  const state: State = { g, rules, active: new Set(targets), gradients: new Map([[loss, g.scalar(1)]]) };
  const tape = [...g.tape];
  markActive(state, tape);
  backward(state, tape);
  return targets.map(target => {
    const gradient = state.gradients.get(target);
    if (gradient === undefined) throw new Error(`the loss does not depend on ${describe(target)}`);
    return gradient;
  });
}

interface State {
  readonly g: GraphBuilder;
  readonly rules: GradientRules;
  /** Values that depend on a target. */
  readonly active: Set<Value>;
  readonly gradients: Map<Value, Value>;
}

function markActive({ active }: State, tape: readonly TapeEntry[]): void {
  for (const entry of tape) {
    if (entry.inputs.some(input => input !== null && active.has(input)))
      for (const output of entry.outputs) active.add(output);
  }
}

function backward(state: State, tape: readonly TapeEntry[]): void {
  const { g, rules, active, gradients } = state;
  for (let i = tape.length - 1; i >= 0; i--) {
    const entry = tape[i] as TapeEntry;
    const outer = entry.outputs.map(output => gradients.get(output) ?? null);
    if (outer.every(gradient => gradient === null)) continue;
    const wants = (input: number): boolean => {
      const value = entry.inputs[input];
      return value !== undefined && value !== null && active.has(value);
    };
    if (!entry.inputs.some((_, input) => wants(input))) continue;
    if (entry.replay !== undefined) {
      backwardAgain(state, entry.replay, outer);
      continue;
    }
    const contributions = rules[entry.op]({ g, entry, gradients: outer, wants });
    contributions.forEach((contribution, input) => {
      const value = entry.inputs[input];
      if (contribution === null || value === undefined || value === null || !wants(input)) return;
      if (!sameShape(contribution.shape, value.shape)) {
        throw new Error(`rule of ${entry.op} gives ${describe(contribution)} for ${describe(value)}`);
      }
      gradients.set(value, accumulate(g, gradients.get(value), contribution));
    });
  }
}

/** Differentiates through a recomputed part: builds it a second time and walks back through what that recorded. */
function backwardAgain(state: State, replay: () => readonly Value[], outer: readonly (Value | null)[]): void {
  const { result, entries } = state.g.repeat(() => state.g.record(replay));
  markActive(state, entries);
  for (const [i, dy] of outer.entries()) if (dy !== null) state.gradients.set(result[i] as Value, dy);
  backward(state, entries);
}

function accumulate(g: GraphBuilder, sum: Value | undefined, term: Value): Value {
  if (sum === undefined) return term;
  return g.addIntoGemm(term, sum) ?? add(g, sum, term);
}
