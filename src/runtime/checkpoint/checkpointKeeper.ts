// Decides when a training's state is written down, and does it.
import { messageOf } from "../../common/errors.ts";
import type { Parameters } from "../train/parameters.ts";
import type { TrainingState } from "../train/trainingState.ts";
import type { TrainingPlan } from "../train/trainRun.ts";
import { writeCheckpoint } from "./checkpoint.ts";

/** Seconds of training that a crash may cost; an adapter's state is written in a fraction of one. */
export const defaultCheckpointSeconds = 60;
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
}

export class CheckpointKeeper {
  readonly #options: CheckpointKeeperOptions;
  #due: number;
  #written = -1;

  constructor(options: CheckpointKeeperOptions) {
    this.#options = options;
    this.#due = performance.now() + 1000 * this.#seconds;
  }

  get #seconds(): number {
    return this.#options.seconds ?? defaultCheckpointSeconds;
  }

  /** After each step: writes when enough time has gone by, and never at the end, where the result itself is written. */
  async afterStep(step: number): Promise<void> {
    if (performance.now() < this.#due || step >= this.#options.plan.steps) return;
    try {
      await this.write(step);
    } catch (error) {
      this.#due = performance.now() + 1000 * this.#seconds;
      this.#options.warn(`The checkpoint of step ${step} could not be written: ${messageOf(error)}`);
    }
  }

  /** Writes the state after `step`, unless that was written already. */
  async write(step: number): Promise<void> {
    if (step <= 0 || step === this.#written) return;
    const { runFolder, state, slots, plan, identity } = this.#options;
    const started = performance.now();
    const { epoch, batch } = placeOf(plan.epochs, step);
    writeCheckpoint(runFolder, slots, await state.snapshot(), {
      step,
      steps: plan.steps,
      epoch,
      batch,
      identity,
    });
    this.#written = step;
    const ended = performance.now();
    this.#due =
      ended + Math.max(1000 * this.#seconds, this.#seconds > 0 ? (ended - started) / largestShare : 0);
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
