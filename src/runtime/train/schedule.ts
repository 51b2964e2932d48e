// Learning rate schedules, as defined by Hugging Face's schedulers.
import type { ScheduleKind } from "../../core/mixture/mixtureFile.ts";

export interface Schedule {
  readonly kind: ScheduleKind;
  readonly peak: number;
  readonly steps: number;
  /** Number of steps of linear increase; the first one has peak / warmupSteps, not 0. */
  readonly warmupSteps: number;
  /** Fraction of the peak that remains at the end; 0 by default. */
  readonly floor?: number;
}

/** Returns the learning rate of a step in 1..steps. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { kind, peak, steps, warmupSteps, floor = 0 } = schedule;
  if (step <= warmupSteps) return (peak * step) / warmupSteps;
  const progress = (step - 1 - warmupSteps) / Math.max(1, steps - warmupSteps);
  const shape = { constant: 1, linear: 1 - progress, cosine: 0.5 * (1 + Math.cos(Math.PI * progress)) }[kind];
  return peak * (floor + (1 - floor) * shape);
}
