// Trains one mixture with one learning rate and stores the result: adapter or whole model, checkpoints on the
// way, and the prediction.
import { join } from "node:path";
import { describeStop } from "../../core/records/earlyStop.ts";
import { runFiles, type StepEvent } from "../../core/records/records.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { JsonLinesWriter } from "../../node/jsonLines.ts";
import { readState, type StoredCheckpoint } from "../checkpoint/checkpoint.ts";
import { CheckpointKeeper } from "../checkpoint/checkpointKeeper.ts";
import type { RecipeContext } from "../context/context.ts";
import type { Pace } from "../context/pace.ts";
import { evaluationTokens } from "../evaluation/evaluationShape.ts";
import { HeldOutLoss } from "../evaluation/heldOut.ts";
import { type ModelPlace, type TunedModel, tunedModel } from "../evaluation/tunedModel.ts";
import type { PreparedRun } from "../experiment/prepareRun.ts";
import { recordTrained } from "../files/results.ts";
import { requireRunFolder } from "../files/runClaim.ts";
import { recordPrediction } from "../files/runFolder.ts";
import { ModelChanged } from "../ort/graphFolder.ts";
import { MemoryRanOut } from "../ort/runtimeErrors.ts";
import { memoryRemedy } from "../prediction/memoryRemedy.ts";
import { evaluationMemory } from "../prediction/predictMemory.ts";
import { chooseRecomputation } from "../prediction/recomputation.ts";
import { writeAdapter, writeModelFolder } from "../train/adapterFiles.ts";
import { openStart, readStart, startFolder } from "../train/adapterStart.ts";
import { createTrainer } from "../train/createTrainer.ts";
import { dropoutOf } from "../train/dropoutMasks.ts";
import { noiseOf } from "../train/embeddingNoise.ts";
import { initialise } from "../train/initialise.ts";
import { TrainingDiverged, train } from "../train/loop.ts";
import { initialiseMagnitudes } from "../train/magnitudes.ts";
import type { StepTrainer } from "../train/trainer.ts";
import type { TrainingPlan } from "../train/trainingPlan.ts";
import { BestStep } from "./bestStep.ts";

export interface TrialJob extends ModelPlace {
  readonly prepared: PreparedRun;
  readonly training: TrainingPlan;
  /** Folder of the run. */
  readonly folder: string;
  readonly checkpointSeconds: number | undefined;
  readonly pace: Pace;
  readonly context: RecipeContext;
}

/** Training of a run: the only one, or one of those from which it chooses its learning rate. */
export interface Trial {
  readonly learningRate: number;
  /** Folder for the adapter or the model. */
  readonly folder: string;
  /** `trainingIdentity`, for its checkpoints. */
  readonly identity: string;
  /** Null to start from the first step. */
  readonly checkpoint: StoredCheckpoint | null;
  /** Index among the trainings of the run. */
  readonly index: number;
  readonly of: number;
}

/**
 * Writes its steps to the run folder, and its weights to that of the trial.
 * @throws TrainingDiverged
 */
export async function trainTrial(job: TrialJob, trial: Trial): Promise<TunedModel> {
  const begun = performance.now();
  const { experiment, prepared, training, tokenizer, graphs, device, pace, context } = job;
  const { checkpoint } = trial;
  const { model } = experiment;
  const spec = experiment.config.train;
  const config = model.config.decoder;
  const plan = graphs.planOf(spec);
  const memory = { model, spec, training, processBytes: process.memoryUsage.rss() };
  const { recomputation, bytes } = chooseRecomputation(spec, memory);
  if (recomputation && spec.gradientCheckpointing === "auto")
    context.log("info", "Memory is short: layers are recomputed for their gradients.");
  const trainer = await createTrainer({
    config,
    plan,
    rowLength: training.rowLength,
    rows: training.rowsPerMicroBatch,
    recomputation,
    lossWeight: spec.lossWeight,
    noise: noiseOf(spec, prepared.seed),
    dropout: dropoutOf(spec, prepared.seed),
    smoothing: spec.labelSmoothing,
    optimizer: spec,
    device,
    store: graph => graphs.write("training", graph),
  });
  const { parameters } = trainer;
  const best = BestStep.of(experiment.config, parameters, job.folder, checkpoint);
  if (checkpoint === null) {
    initialise(parameters, plan, model, prepared.seed);
    const store = (graph: Uint8Array): string => graphs.write("magnitudes", graph);
    await initialiseMagnitudes({ config, plan, store }, parameters);
    const from = startFolder(spec, experiment.path);
    if (from !== null) readStart(from, openStart(from, spec, model), parameters);
  } else {
    await trainer.restore(readState(checkpoint, parameters.slots, parameters.size));
    context.log("info", `Resuming after step ${checkpoint.step} of ${training.steps}.`);
  }
  context.log(
    "info",
    `Training ${parameters.size} parameters on ${training.tokens} tokens an epoch in rows of ${training.rowLength}, ${training.steps} steps with learning rate ${trial.learningRate}.`,
  );
  const { trainSeconds, last } = await trainSteps(job, trial, trainer, plan, best, begun).catch(
    async (error: unknown) => {
      await trainer.release(); // another rate may follow
      if (!(error instanceof MemoryRanOut)) throw error;
      const remedy = `${memoryRemedy({ ...memory, recomputation })} Or close other programs.`;
      throw new MemoryRanOut(error.message, { kind: "run", remedy, cause: error });
    },
  );
  if (trainSeconds !== null && trial.index === 0) {
    const { shape } = evaluationTokens(
      [...prepared.evaluation.values()].flat(),
      experiment.config.evaluate,
      tokenizer,
    );
    const evaluation = evaluationMemory({ ...memory, recomputation }, shape);
    recordPrediction(job.folder, {
      trainSeconds: trainSeconds * trial.of,
      memoryBytes: Math.max(bytes, evaluation),
    });
  }
  await trainer.snapshot(); // copies the state of a device to `parameters`
  await trainer.release();
  if (best !== null) {
    const stop = best.keep({ step: last, steps: training.steps });
    context.log("info", describeStop(stop, best.rule));
    pace.leaveOut("train", (stop.planned - stop.trained) / (stop.planned * trial.of));
  }
  requireFinite(parameters.values, training.steps);
  graphs.requireSameModel();
  requireRunFolder(job.folder);
  if (plan.kind === "frozen")
    writeAdapter(
      join(trial.folder, runFiles.adapter),
      parameters,
      config,
      spec,
      experiment.config.model,
      model.isTower,
    );
  else writeModelFolder(join(trial.folder, runFiles.model), parameters, model);
  if (trial.folder === job.folder) recordTrained(job.folder); // of several rates, the best one is recorded
  return tunedModel(job, plan, parameters.feeds);
}

/** The loss of a step belongs to the weights before it, so the effect of the last step shows only here. */
function requireFinite(values: Float32Array, steps: number): void {
  if (values.every(Number.isFinite)) return;
  throw new TrainingDiverged(`Weights are not finite after step ${steps}, the last one.`, {
    kind: "run",
    remedy: "Lower train.learningRate or train.lora.alpha, or lengthen train.warmup.",
  });
}

interface TrainedSteps {
  /**
   * Duration of all planned steps, predicted from the first two; null for resumed runs and for runs of fewer
   * than two steps.
   */
  readonly trainSeconds: number | null;
  readonly last: number;
}

async function trainSteps(
  job: TrialJob,
  trial: Trial,
  trainer: StepTrainer,
  plan: WeightPlan,
  best: BestStep | null,
  begun: number,
): Promise<TrainedSteps> {
  const { experiment, training, folder, pace, context } = job;
  const events = new JsonLinesWriter(join(folder, runFiles.events));
  const keeper = new CheckpointKeeper({
    runFolder: folder,
    state: trainer,
    slots: trainer.parameters.slots,
    plan: training,
    identity: trial.identity,
    ...(best !== null && { best: () => best.values }),
    seconds: job.checkpointSeconds,
    warn: message => context.log("warn", message),
  });
  const from = trial.checkpoint?.step ?? 0;
  let done = from;
  let firstStep = 0;
  let expected: number | null = null;
  const heldOut = new HeldOutLoss(job, {
    every: experiment.config.evaluate.during,
    all: best !== null,
    rows: job.prepared.development,
    plan,
    trainer,
  });
  const onStep = async (trained: StepEvent): Promise<void> => {
    job.graphs.requireSameModel();
    const losses = await heldOut.after(trained);
    const event: StepEvent = {
      ...trained,
      memoryBytes: process.memoryUsage.rss(),
      ...(losses === null ? {} : { heldOut: losses }),
    };
    requireRunFolder(folder); // before spending more hours
    best?.after(event);
    events.append(event);
    done = event.step;
    context.step(event);
    const elapsed = (performance.now() - begun) / 1000;
    if (done === 1) firstStep = elapsed; // slower, because its memory is new
    if (done === 2 && from === 0) expected = elapsed + (elapsed - firstStep) * (event.steps - 2);
    const { index, of, learningRate } = trial;
    const which = of > 1 ? `Learning rate ${learningRate}, ${index + 1} of ${of}: step` : "Step";
    const message = `${which} ${event.step} of ${event.steps}, loss ${event.loss.toFixed(3)}`;
    pace.update("train", index * event.steps + event.step, of * event.steps, message);
    await keeper.afterStep(done);
  };
  try {
    const spec = { ...experiment.config.train, learningRate: trial.learningRate };
    await train(trainer, training, spec, context.signal, onStep, from, () => best?.isOver === true);
  } catch (error) {
    // Whatever the cause, the last complete step is kept, except for weights that diverged or belong to no
    // single model.
    if (!(error instanceof TrainingDiverged || error instanceof ModelChanged)) await keeper.keep(done);
    throw error;
  } finally {
    keeper.close();
    events.close();
    await heldOut.release();
  }
  return { trainSeconds: expected, last: done };
}
