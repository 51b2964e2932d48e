// Keeps the weights of the best step of a training that stops early.
import type { EarlyStoppingSpec } from "../../core/mixture/mixtureFile.ts";
import {
  afterMeasurement,
  type EarlyStop,
  isMeasured,
  mustStop,
  nothingMeasured,
  outcomeOf,
  type Stopping,
  stoppingOf,
} from "../../core/records/earlyStop.ts";
import type { StepEvent } from "../../core/records/records.ts";
import { readBest, type StoredCheckpoint } from "../checkpoint/checkpoint.ts";
import type { ValidExperiment } from "../experiment/experiment.ts";
import { readSteps } from "../files/readRun.ts";
import { TrainingDiverged } from "../train/loop.ts";
import type { Parameters } from "../train/parameters.ts";

/** Best step of one training. The weights are in host memory, and part of every checkpoint. */
export class BestStep {
  readonly rule: EarlyStoppingSpec;
  readonly #every: number;
  readonly #parameters: Parameters;
  #stopping: Stopping = nothingMeasured;
  #values: Float32Array | null = null;

  private constructor(rule: EarlyStoppingSpec, every: number, parameters: Parameters) {
    this.rule = rule;
    this.#every = every;
    this.#parameters = parameters;
  }

  /**
   * Continues from a checkpoint, up to which the events in the run folder must reach.
   * @returns null without early stopping
   */
  static of(
    { train, evaluate }: ValidExperiment["config"],
    parameters: Parameters,
    folder: string,
    checkpoint: StoredCheckpoint | null,
  ): BestStep | null {
    if (train.earlyStopping === undefined || evaluate.during === undefined) return null;
    const best = new BestStep(train.earlyStopping, evaluate.during, parameters);
    if (checkpoint === null) return best;
    best.#stopping = stoppingOf(readSteps(folder), best.#every, best.rule);
    if (best.#stopping.best !== null) best.#values = readBest(checkpoint, parameters.slots, parameters.size);
    return best;
  }

  /** Weights of the best step so far; null before the first measurement. */
  get values(): Float32Array | null {
    return this.#values;
  }

  get isOver(): boolean {
    return mustStop(this.#stopping, this.rule);
  }

  /** Call after each step, with its losses on all development data and its weights in `parameters`. */
  after(event: Pick<StepEvent, "step" | "steps" | "heldOut">): void {
    if (!isMeasured(event, this.#every)) return;
    const { step, heldOut } = event;
    this.#stopping = afterMeasurement(this.#stopping, step, heldOut, this.rule);
    if (this.#stopping.best?.step !== step) return;
    this.#values ??= new Float32Array(this.#parameters.size);
    this.#values.set(this.#parameters.values);
  }

  /**
   * Copies the best weights to `parameters`.
   * @throws TrainingDiverged if no loss was a number
   */
  keep(last: Pick<StepEvent, "step" | "steps">): EarlyStop {
    const outcome = outcomeOf(this.#stopping, last);
    if (outcome === null || this.#values === null)
      throw new TrainingDiverged("The loss on the development data was not a number at any measurement.", {
        kind: "run",
        remedy: "Lower train.learningRate, or lengthen train.warmup.",
      });
    this.#parameters.values.set(this.#values);
    return outcome;
  }
}
