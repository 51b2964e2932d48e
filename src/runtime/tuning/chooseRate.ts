// Trains a mixture with each learning rate of the list in turn and keeps the best one by the development
// data.
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { describeChoice } from "../../core/records/learningRateChoice.ts";
import { runFiles } from "../../core/records/records.ts";
import { Candidates } from "../checkpoint/candidates.ts";
import { removeCheckpoint } from "../checkpoint/checkpoint.ts";
import type { RunStart } from "../checkpoint/resumeRun.ts";
import { trimEvents } from "../checkpoint/trimEvents.ts";
import type { RecipeContext } from "../context/context.ts";
import { developmentLoss } from "../evaluation/heldOut.ts";
import { modelOfRun, type TunedModel } from "../evaluation/tunedModel.ts";
import { trainingIdentity } from "../files/runName.ts";
import { TrainingDiverged } from "../train/loop.ts";
import { type Trial, type TrialJob, trainTrial } from "./trainTrial.ts";

export interface Trained {
  readonly tuned: TunedModel;
  /** Seconds that earlier processes trained. */
  readonly earlier: number;
}

export class RateChoice {
  readonly #start: RunStart;
  readonly #rates: readonly number[];
  readonly #candidates: Candidates;
  /** Index of the next training. */
  readonly #first: number;

  /** Continues from what an earlier start left in the folder. */
  constructor(start: RunStart, rates: readonly number[], log: RecipeContext["log"]) {
    this.#start = start;
    this.#rates = rates;
    this.#candidates = new Candidates(start.folder, start.identity, rates, message => log("warn", message));
    this.#first = this.#candidates.tried.length;
  }

  /**
   * Number of trainings done by an earlier start; a partial one counts by its steps.
   * @param steps Steps of one training.
   */
  done(steps: number): number {
    return this.#first + (this.#checkpointOf(this.#first)?.step ?? 0) / Math.max(1, steps);
  }

  /**
   * Runs all trainings. Each begins with the same weights and takes the same batches, so the one that is kept
   * is byte for byte that of a run with its rate alone. Reads nothing of the evaluation data.
   * @throws HumanError if all of them diverged
   */
  async train(job: TrialJob): Promise<Trained> {
    let earlier = this.#candidates.tried.reduce((sum, { seconds }) => sum + seconds, 0);
    for (let index = this.#first; index < this.#rates.length; index++) earlier += await this.#try(job, index);
    const choice = this.#candidates.keepBest();
    if (choice === null)
      throw new HumanError(`The training diverged with every learning rate: ${this.#rates.join(", ")}.`, {
        kind: "run",
        remedy: "List lower rates under train.learningRate, or lengthen train.warmup.",
      });
    job.context.log("info", describeChoice(choice));
    return { tuned: modelOfRun(job, this.#start.folder, job.prepared.run.mixture), earlier };
  }

  /** @returns Seconds that an earlier process trained with this rate */
  async #try(job: TrialJob, index: number): Promise<number> {
    const { folder, identity } = this.#start;
    const learningRate = this.#rates[index] ?? 0;
    const checkpoint = this.#checkpointOf(index);
    const earlier = trimEvents(join(folder, runFiles.events), checkpoint?.step ?? 0);
    const begun = performance.now();
    const devLoss = await this.#lossOf(job, {
      learningRate,
      folder: this.#candidates.emptyFolder(learningRate),
      identity: trainingIdentity(identity, this.#rates, learningRate),
      checkpoint,
      index,
      of: this.#rates.length,
    });
    const seconds = earlier + (performance.now() - begun) / 1000;
    this.#candidates.finish({ learningRate, devLoss, seconds });
    removeCheckpoint(folder);
    return earlier;
  }

  async #lossOf(job: TrialJob, trial: Trial): Promise<number | null> {
    const { prepared, context } = job;
    try {
      const { plan, parameters } = await trainTrial(job, trial);
      return await developmentLoss(job, plan, prepared.development, parameters, context.signal);
    } catch (error) {
      if (!(error instanceof TrainingDiverged)) throw error;
      context.log("info", `Learning rate ${trial.learningRate} is ruled out. ${error.message}`);
      return null;
    }
  }

  /** The existing checkpoint belongs to the training that was in progress, unless the choice starts over. */
  #checkpointOf(index: number): RunStart["checkpoint"] {
    const { checkpoint, identity } = this.#start;
    const rate = this.#rates[index];
    if (checkpoint === null || rate === undefined || index !== this.#first) return null;
    return checkpoint.identity === trainingIdentity(identity, this.#rates, rate) ? checkpoint : null;
  }
}
