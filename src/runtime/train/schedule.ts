// Learning rates over the steps of a run, as Hugging Face's schedulers define them.
import type { ScheduleKind } from "../../core/mixture/mixtureFile.ts";

export interface Schedule {
  readonly kind: ScheduleKind;
  readonly peak: number;
  readonly steps: number;
  /** Steps of linear rise; the first one is peak / warmupSteps, not 0. */
  readonly warmupSteps: number;
  /** Share of the peak that is left at the end; 0 unless given. */
  readonly floor?: number;
}

/** Learning rate of step 1..steps. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { kind, peak, steps, warmupSteps, floor = 0 } = schedule;
  if (step <= warmupSteps) return (peak * step) / warmupSteps;
  const progress = (step - 1 - warmupSteps) / Math.max(1, steps - warmupSteps);
  const shape = { constant: 1, linear: 1 - progress, cosine: 0.5 * (1 + Math.cos(Math.PI * progress)) }[kind];
  return peak * (floor + (1 - floor) * shape);
}
