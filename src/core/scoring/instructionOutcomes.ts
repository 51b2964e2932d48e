// Collects the outcomes of each kind of instruction over a set of samples, strict and loose.
import type { MetricKey, SampleRecord } from "../records/records.ts";

/** The row's own checks have no loose form. */
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

/** Outcomes by metric key, one for each time the kind of instruction was given, sorted by kind. */
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
