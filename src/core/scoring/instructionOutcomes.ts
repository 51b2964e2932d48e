// What a set of samples says about each kind of instruction, strict and loose.
import type { MetricKey, SampleRecord } from "../records/records.ts";

/** Checks of the row itself have no loose form. */
export function passesLoosely({
  checksPassed,
  ownChecksPassed = true,
  instructions = [],
}: SampleRecord): boolean {
  if (instructions.length === 0) return checksPassed === true;
  return ownChecksPassed && instructions.every(({ loose }) => loose);
}

export interface InstructionOutcome {
  readonly sample: SampleRecord;
  readonly passed: boolean;
}

/** By metric key, one outcome for each time that the kind was asked for. Kinds in the order of their names. */
export function instructionOutcomes(samples: readonly SampleRecord[]): Map<MetricKey, InstructionOutcome[]> {
  const outcomes = new Map<MetricKey, InstructionOutcome[]>();
  const add = (key: MetricKey, outcome: InstructionOutcome): void => {
    const list = outcomes.get(key);
    if (list === undefined) outcomes.set(key, [outcome]);
    else list.push(outcome);
  };
  for (const sample of samples) {
    for (const { id, strict, loose } of sample.instructions ?? []) {
      add(`checks:instruction=${id}`, { sample, passed: strict });
      add(`checksLoose:instruction=${id}`, { sample, passed: loose });
    }
  }
  return new Map([...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)));
}
