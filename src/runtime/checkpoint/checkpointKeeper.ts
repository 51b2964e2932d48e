// Decides when a training's state is written down, and does it.
import { messageOf } from "../../common/errors.ts";
import type { Parameters } from "../train/parameters.ts";
import type { StateSnapshot, TrainingState } from "../train/trainingState.ts";
import type { TrainingPlan } from "../train/trainRun.ts";
import { writeCheckpoint } from "./checkpoint.ts";

/** Seconds of training that a crash may cost; an adapter's state is written in a fraction of one. */
export const defaultCheckpointSeconds = 60;
/** A step that takes longer, in seconds, may outlast the time that whoever ends a process leaves it. */
const longStep = 2;
/** Writing the state of a whole model takes seconds: it may use this share of the time at most. */
const largestShare = 0.05;

export interface CheckpointKeeperOptions {
  readonly runFolder: string;
  readonly state: TrainingState;
  readonly slots: Parameters["slots"];
  readonly plan: Pick<TrainingPlan, "epochs" | "steps">;
  readonly identity: string;
  /** Least time between two checkpoints, in seconds; 0 = after every step. */
  readonly seconds?: number | undefined;
  /** Told when a checkpoint could not be written: training goes on without it. */
  readonly warn: (message: string) => void;
  /** In milliseconds; tests have their own. */
  readonly clock?: () => number;
}

/** Those whose training is under way. */
const atWork = new Set<CheckpointKeeper>();

/** For a process that leaves at once: writes the last whole step of what it trains, where that lies in its memory. */
export function keepLastSteps(): void {
  for (const keeper of atWork) keeper.keepNow();
}

export class CheckpointKeeper {
  readonly #options: CheckpointKeeperOptions;
  /** When so many seconds have gone by, and when writing has its share of the time: both in milliseconds. */
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

  /** After each step: writes when enough time has gone by, and never at the end, where the result itself is written. */
  async afterStep(step: number): Promise<void> {
    const now = this.#now();
    const isLong = now - this.#lastStepAt >= 1000 * longStep;
    const isDue = now >= this.#due || (isLong && now >= this.#affordable);
    this.#lastStep = step;
    if (isDue && step < this.#options.plan.steps) await this.keep(step);
    this.#lastStepAt = this.#now();
  }

  /** Writes the state after `step`; where that can't be done, what was kept before stays. */
  async keep(step: number): Promise<void> {
    try {
      await this.write(step);
    } catch (error) {
      this.#failed(step, error);
    }
  }

  /** `keep` of the last step that was whole, without waiting for anything; nothing in the midst of an update. */
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

  /** Writes the state after `step`, unless that was written already. */
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
    const { runFolder, slots, plan, identity } = this.#options;
    const { epoch, batch } = placeOf(plan.epochs, step);
    writeCheckpoint(runFolder, slots, state, { step, steps: plan.steps, epoch, batch, identity });
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
