// Determines whether a mixture file uses its development data. Only then are they part of its runs.

import type { MixtureFile } from "../mixture/mixtureFile.ts";
import { measurements } from "../records/earlyStop.ts";
import { choosesRate } from "./learningRate.ts";

export function usesDevelopment({ train, evaluate }: Pick<MixtureFile, "train" | "evaluate">): boolean {
  return evaluate.during !== undefined || choosesRate(train);
}

/**
 * Number of times that one training is measured on all its development data: for the choice of a learning rate, and of
 * the best step.
 */
export function fullMeasurements(
  { train, evaluate }: Pick<MixtureFile, "train" | "evaluate">,
  steps: number,
): number {
  const { during } = evaluate;
  const perTraining =
    train.earlyStopping === undefined || during === undefined ? 0 : measurements(steps, during);
  return perTraining + (choosesRate(train) ? 1 : 0);
}
