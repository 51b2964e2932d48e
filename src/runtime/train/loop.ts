// The training loop: epochs of packed batches, one event per step.

import { HumanError } from "../../common/errors.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import type { StepEvent } from "../../core/records/records.ts";
import { buildBatch, filledUp } from "./packing.ts";
import { learningRateAt, type Schedule } from "./schedule.ts";
import type { StepTrainer } from "./trainer.ts";
import type { TrainingPlan } from "./trainingPlan.ts";

/** Training specification with a single learning rate. */
export type OneRateSpec = Pick<TrainingSpec, "schedule" | "warmup"> & { readonly learningRate: number };

function scheduleOf(spec: OneRateSpec, steps: number): Schedule {
  return { kind: spec.schedule, peak: spec.learningRate, steps, warmupSteps: Math.ceil(spec.warmup * steps) };
}

/** Loss, gradient or weights became NaN or infinite. */
export class TrainingDiverged extends HumanError {}

/**
 * Runs every step of the plan. The learning rate follows the schedule of all of them, also if fewer are trained.
 * @param done Number of steps that the trainer's state already includes; they are skipped.
 * @param isOver Asked before each step: true to leave out the rest.
 * @throws TrainingDiverged if loss or gradient become NaN or infinite
 */
export async function train(
  trainer: StepTrainer,
  plan: TrainingPlan,
  spec: OneRateSpec,
  signal: AbortSignal,
  onStep: (event: StepEvent) => void | Promise<void>,
  done = 0,
  isOver: () => boolean = () => false,
): Promise<void> {
  const schedule = scheduleOf(spec, plan.steps);
  let step = 0;
  let examples = 0;
  for (const batches of plan.epochs) {
    for (const micro of batches) {
      step++;
      const taken = micro.flat(2).length;
      examples += taken;
      if (step <= done) continue;
      if (isOver()) return;
      signal.throwIfAborted();
      const started = performance.now();
      const packed = micro.map(rows =>
        buildBatch(filledUp(rows, plan.rowsPerMicroBatch), plan.examples, plan.rowLength),
      );
      const learningRate = learningRateAt(schedule, step);
      const { loss, gradientNorm, responseTokens } = await trainer.step(packed, learningRate, signal);
      for (const [what, value] of [
        ["loss", loss],
        ["norm of the gradient", gradientNorm],
      ] as const)
        if (!Number.isFinite(value))
          throw new TrainingDiverged(`The ${what} became ${value} at step ${step} of ${plan.steps}.`, {
            kind: "run",
            remedy: "Lower train.learningRate, or lengthen train.warmup.",
          });
      const tokens = packed.reduce((sum, batch) => sum + batch.tokens, 0);
      await onStep({
        step,
        steps: plan.steps,
        epoch: examples / plan.examples.length,
        loss,
        learningRate,
        gradientNorm,
        examples: taken,
        tokens,
        responseTokens,
        tokensPerSecond: tokens / ((performance.now() - started) / 1000),
        time: new Date().toISOString(),
      });
      // Lets cancel requests through, since the runtime computes on this thread.
      await new Promise(resolve => setImmediate(resolve));
    }
  }
}
