// Decides when to write the state of a training to a checkpoint, and writes it.
import { messageOf } from "../../common/errors.ts";
import type { Parameters } from "../train/parameters.ts";
import type { TrainingPlan } from "../train/trainingPlan.ts";
import type { StateSnapshot, TrainingState } from "../train/trainingState.ts";
import { writeCheckpoint } from "./checkpoint.ts";

/**
 * Seconds of training that a crash may cost. Writing the state of an adapter takes a fraction of a second.
 */
const defaultCheckpointSeconds = 60;
/**
 * Seconds after which a step counts as long: it may outlast the time that a process is given to terminate.
 */
const longStep = 2;
/** Maximum share of the time spent on checkpoints: writing the state of a whole model takes seconds. */
const largestShare = 0.05;

export interface CheckpointKeeperOptions {
  readonly runFolder: string;
  readonly state: TrainingState;
  readonly slots: Parameters["slots"];
  readonly plan: Pick<TrainingPlan, "epochs" | "steps">;
  readonly identity: string;
  /** Weights of the best step so far; null for none. */
  readonly best?: () => Float32Array | null;
  /** Minimum time between two checkpoints, in seconds; 0 writes one after every step. */
  readonly seconds?: number | undefined;
  /** Receives a message if a checkpoint could not be written. Training continues without it. */
  readonly warn: (message: string) => void;
  /** Returns the current time in milliseconds; replaceable for tests. */
  readonly clock?: () => number;
}

/** Keepers whose training is in progress. */
const atWork = new Set<CheckpointKeeper>();

/**
 * Writes the last complete step of every training whose state is in host memory. For a process that exits
 * immediately.
 */
export function keepLastSteps(): void {
  for (const keeper of atWork) keeper.keepNow();
}

export class CheckpointKeeper {
  readonly #options: CheckpointKeeperOptions;
  /**
   * Earliest times, in milliseconds: for the next regular checkpoint, and for one that keeps writing within
   * its share.
   */
  #due: number;
  #affordable = 0;
  #lastStepAt: number;
  #lastStep = 0;
  #written = -1;

  constructor(options: CheckpointKeeperOptions) {
    this.#options = options;
    this.#lastStepAt = this.#now();
    this.#due = this.#lastStepAt + 1000 * this.#seconds;
    atWork.add(this);
  }

  close(): void {
    atWork.delete(this);
  }

  #now(): number {
    return this.#options.clock?.() ?? performance.now();
  }

  get #seconds(): number {
    return this.#options.seconds ?? defaultCheckpointSeconds;
  }

  /**
   * Call after each step. Writes a checkpoint if enough time has passed, except after the last step, which
   * writes the result itself.
   */
  async afterStep(step: number): Promise<void> {
    const now = this.#now();
    const isLong = now - this.#lastStepAt >= 1000 * longStep;
    const isDue = now >= this.#due || (isLong && now >= this.#affordable);
    this.#lastStep = step;
    if (isDue && step < this.#options.plan.steps) await this.keep(step);
    this.#lastStepAt = this.#now();
  }

  /** Writes the state after `step`. On failure, the previous checkpoint remains. */
  async keep(step: number): Promise<void> {
    try {
      await this.write(step);
    } catch (error) {
      this.#failed(step, error);
    }
  }

  /** Synchronous `keep` of the last complete step. Does nothing in the middle of an update. */
  keepNow(): void {
    const state = this.#options.state.held();
    if (state === null || state.step !== this.#lastStep) return;
    try {
      this.#write(this.#lastStep, state);
    } catch (error) {
      this.#failed(this.#lastStep, error);
    }
  }

  #failed(step: number, error: unknown): void {
    this.#due = this.#now() + 1000 * this.#seconds;
    this.#options.warn(`The checkpoint of step ${step} could not be written: ${messageOf(error)}`);
  }

  /** Writes the state after `step`, unless it has been written. */
  async write(step: number): Promise<void> {
    if (step <= 0 || step === this.#written) return;
    const started = this.#now();
    this.#write(step, await this.#options.state.snapshot());
    const ended = this.#now();
    this.#affordable = ended + (this.#seconds > 0 ? (ended - started) / largestShare : 0);
    this.#due = Math.max(this.#affordable, ended + 1000 * this.#seconds);
  }

  #write(step: number, state: StateSnapshot): void {
    if (step <= 0 || step === this.#written) return;
    const { runFolder, slots, plan, identity, best } = this.#options;
    const { epoch, batch } = placeOf(plan.epochs, step);
    const place = { step, steps: plan.steps, epoch, batch, identity };
    writeCheckpoint(runFolder, slots, state, place, best?.());
    this.#written = step;
  }
}

function placeOf(
  epochs: TrainingPlan["epochs"],
  step: number,
): { readonly epoch: number; readonly batch: number } {
  let before = 0;
  for (const [epoch, batches] of epochs.entries()) {
    if (step < before + batches.length) return { epoch, batch: step - before };
    before += batches.length;
  }
  return { epoch: epochs.length, batch: 0 };
}
