// Measures how much a run was trained, from its step events.
import { parseStepEvent } from "../records/events.ts";
import type { StepEvent } from "../records/records.ts";
import type { RunRecord } from "../records/runRecord.ts";

export interface TrainedAmount {
  readonly steps: number;
  /** Examples over all steps, counted each time they were used; null in runs that predate this count. */
  readonly examplesSeen: number | null;
  readonly tokensSeen: number;
}

/**
 * Sums up the steps of a run; with early stopping, those up to the step that was kept.
 * @param events text of events.jsonl; a repeated step counts once
 * @returns null if a line is not a step or a step is missing, since the rest says nothing about the total
 */
export function trainedAmount(
  events: string,
  { earlyStop }: Pick<RunRecord, "earlyStop"> = {},
): TrainedAmount | null {
  const steps = new Map<number, StepEvent>();
  for (const line of events.split("\n")) {
    if (line.trim() === "") continue;
    const event = parseStepEvent(line);
    if (event === null || event.tokens < 0) return null;
    steps.set(event.step, event);
  }
  const trained = [...steps.values()];
  const ended = earlyStop === undefined ? trained[0]?.steps : earlyStop.trained;
  const planned = earlyStop?.planned ?? ended;
  if (trained.length !== ended || trained.some(event => event.steps !== planned || event.step > ended))
    return null;
  const all = trained.filter(({ step }) => step <= (earlyStop?.kept ?? step));
  const known = all.flatMap(({ examples }) => examples ?? []);
  return {
    steps: all.length,
    examplesSeen: known.length === all.length ? sum(known) : null,
    tokensSeen: sum(all.map(({ tokens }) => tokens)),
  };
}

/** Returns the mean over the seeds of one mixture; null if one of them is unknown. */
export function meanAmount(amounts: readonly (TrainedAmount | null)[]): TrainedAmount | null {
  const known = amounts.flatMap(amount => amount ?? []);
  if (known.length === 0 || known.length < amounts.length) return null;
  const examples = known.flatMap(({ examplesSeen }) => examplesSeen ?? []);
  return {
    steps: mean(known.map(({ steps }) => steps)),
    examplesSeen: examples.length === known.length ? mean(examples) : null,
    tokensSeen: mean(known.map(({ tokensSeen }) => tokensSeen)),
  };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
