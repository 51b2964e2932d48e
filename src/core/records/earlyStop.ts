// Early stopping by the loss on development data: which step is kept, when a training ends, and its description.
import * as v from "valibot";
import { listed } from "../../common/words.ts";
import type { EarlyStoppingSpec, EvaluationSpec, TrainingSpec } from "../mixture/mixtureFile.ts";
import type { StepEvent } from "./records.ts";
import { count, mapOf, number, object, type Read } from "./schemas.ts";

/** Outcome of a training with `train.earlyStopping`, in run.json. */
export const earlyStop = v.pipe(
  object({
    /** Steps trained, of the steps planned. */
    trained: count,
    planned: count,
    /** Step whose weights are kept: the first of those with the lowest loss. */
    kept: count,
    /** Loss at that step: the mean over languages of the mean nats per token, and both by language. */
    loss: number,
    losses: mapOf(number, "not an object of losses"),
    /** Measurements at the end of which none improved enough. */
    waited: count,
  }),
  v.check(
    ({ trained, planned, kept }) => kept >= 1 && kept <= trained && trained <= planned,
    "not in the order of its steps",
  ),
);
export type EarlyStop = Read<typeof earlyStop>;

type Losses = Readonly<Record<string, number>>;

/** Progress of a training in terms of its measurements so far. */
export interface Stopping {
  readonly best: { readonly step: number; readonly loss: number; readonly losses: Losses } | null;
  /** Measurements in a row without an improvement by more than `minDelta`. */
  readonly waited: number;
}

export const nothingMeasured: Stopping = { best: null, waited: 0 };

/** Tells whether `evaluate.during` measures after a step: every so many steps, and after the last one. */
export function isMeasured({ step, steps }: Pick<StepEvent, "step" | "steps">, every: number): boolean {
  return step % every === 0 || step === steps;
}

/** Number of measurements of a training that is not stopped. */
export function measurements(steps: number, every: number): number {
  return Math.ceil(steps / every);
}

/** Mean over languages, so that none has more weight for its length or its number of rows; NaN without any. */
export function meanLoss(losses: Losses): number {
  const values = Object.values(losses);
  return values.reduce((sum, loss) => sum + loss, 0) / values.length;
}

/**
 * Adds a measurement, as EarlyStoppingCallback of transformers does: the lowest loss is the best, and it improves if
 * it is lower than the best so far by more than `minDelta`. A loss that is not finite is no improvement.
 * @param losses By language; undefined if they could not be recorded, because one is not a number.
 */
export function afterMeasurement(
  { best, waited }: Stopping,
  step: number,
  losses: Losses | undefined,
  { minDelta }: EarlyStoppingSpec,
): Stopping {
  const loss = meanLoss(losses ?? {});
  if (losses === undefined || !Number.isFinite(loss)) return { best, waited: waited + 1 };
  const improves = best === null || best.loss - loss > minDelta;
  return {
    best: best === null || loss < best.loss ? { step, loss, losses } : best,
    waited: improves ? 0 : waited + 1,
  };
}

/** The same over the events of a training, in order. */
export function stoppingOf(events: readonly StepEvent[], every: number, spec: EarlyStoppingSpec): Stopping {
  return events
    .filter(event => isMeasured(event, every))
    .reduce((state, { step, heldOut }) => afterMeasurement(state, step, heldOut, spec), nothingMeasured);
}

export function mustStop({ waited }: Stopping, { patience }: EarlyStoppingSpec): boolean {
  return waited >= patience;
}

/** Outcome after the last of these events; null if no loss was a number, so that no step is the best. */
export function outcomeOf(
  { best, waited }: Stopping,
  { step: trained, steps: planned }: Pick<StepEvent, "step" | "steps">,
): EarlyStop | null {
  if (best === null) return null;
  const { step: kept, loss, losses } = best;
  return { trained, planned, kept, loss, losses, waited };
}

/**
 * Outcome of a training from its events.
 * @returns undefined without early stopping
 */
export function earlyStopOf(
  { train, evaluate }: { readonly train: TrainingSpec | null; readonly evaluate: EvaluationSpec },
  events: readonly StepEvent[],
): EarlyStop | undefined {
  const last = events.at(-1);
  if (train?.earlyStopping === undefined || evaluate.during === undefined || last === undefined) return;
  return outcomeOf(stoppingOf(events, evaluate.during, train.earlyStopping), last) ?? undefined;
}

/** `step 6 of 9 kept, 40 planned` */
export function stopWords({ trained, planned, kept }: EarlyStop): string {
  return `step ${kept} of ${trained} kept, ${planned} planned`;
}

/**
 * For example `Stopped after step 9 of 40: the loss on the development data did not fall in 3 measurements. Step 6 is
 * kept, with the lowest loss: 2.134 (mean over languages; en 1.901, fi 2.367).`
 */
export function describeStop(stop: EarlyStop, { minDelta }: Pick<EarlyStoppingSpec, "minDelta">): string {
  const { trained, planned, kept, loss, losses, waited } = stop;
  const fall = minDelta === 0 ? "fall" : `fall by more than ${minDelta}`;
  const ended =
    trained < planned
      ? `Stopped after step ${trained} of ${planned}: the loss on the development data did not ${fall} in ${waited === 1 ? "1 measurement" : `${waited} measurements`}.`
      : `Trained all ${planned} steps.`;
  const each = Object.entries(losses).map(([language, one]) => `${language} ${one.toFixed(3)}`);
  return `${ended} Step ${kept} is kept, with the lowest loss: ${loss.toFixed(3)} (mean over languages; ${listed(each)}).`;
}
