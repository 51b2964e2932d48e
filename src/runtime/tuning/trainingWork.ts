// Provides the model that a run evaluates: trained with its learning rate or with the best of several, or
// already trained.

import { join } from "node:path";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { choosesRate, ratesOf } from "../../core/mixtureFile/learningRate.ts";
import { runFiles } from "../../core/records/records.ts";
import type { RunStart } from "../checkpoint/resumeRun.ts";
import { trimEvents } from "../checkpoint/trimEvents.ts";
import type { RecipeContext } from "../context/context.ts";
import { modelOfRun } from "../evaluation/tunedModel.ts";
import { readRunRecord } from "../files/runFolder.ts";
import { RateChoice, type Trained } from "./chooseRate.ts";
import { type TrialJob, trainTrial } from "./trainTrial.ts";

export interface TrainingWork {
  /** Number of trainings of the mixture, and how many of them are done. */
  readonly trainings: number;
  readonly done: number;
  run(job: TrialJob): Promise<Trained>;
}

/**
 * Continues from what an earlier start left in the folder.
 * @param steps Steps of one training.
 */
export function trainingWork(
  start: RunStart,
  spec: TrainingSpec,
  steps: number,
  log: RecipeContext["log"],
): TrainingWork {
  const { folder, identity, checkpoint } = start;
  const rates = ratesOf(spec);
  if (start.trained)
    return {
      trainings: rates.length,
      done: rates.length,
      run: async job => ({
        tuned: modelOfRun(job, folder, job.prepared.run.mixture),
        earlier: secondsOf(folder),
      }),
    };
  if (choosesRate(spec)) {
    const choice = new RateChoice(start, rates, log);
    return { trainings: rates.length, done: choice.done(steps), run: job => choice.train(job) };
  }
  const [learningRate = 0] = rates;
  return {
    trainings: 1,
    done: (checkpoint?.step ?? 0) / Math.max(1, steps),
    run: async job => {
      const earlier = trimEvents(join(folder, runFiles.events), checkpoint?.step ?? 0);
      const trial = { learningRate, folder, identity, checkpoint, index: 0, of: 1 };
      return { tuned: await trainTrial(job, trial), earlier };
    },
  };
}

/** Seconds of the training whose model is kept. */
function secondsOf(folder: string): number {
  const steps = trimEvents(join(folder, runFiles.events), Number.POSITIVE_INFINITY);
  const tried = readRunRecord(folder).learningRateChoice?.tried;
  return tried === undefined ? steps : tried.reduce((sum, { seconds }) => sum + seconds, 0);
}
