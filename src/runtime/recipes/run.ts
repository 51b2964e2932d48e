// Recipe of one run: read and check, train the mixture, keep what was trained, evaluate it.
import { join } from "node:path";
import { HumanError, messageOf } from "../../common/errors.ts";
import { aggregate } from "../../core/evaluation/score.ts";
import type { BaseWeights, TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { type RunRecord, runFiles, type StepEvent } from "../../core/run/records.ts";
import { trainables, type WeightPlan } from "../../graph/nn/weights.ts";
import type { RunOutcome, RunRequest } from "../../protocol/runtime.ts";
import { readState, removeCheckpoint } from "../checkpoint/checkpoint.ts";
import { CheckpointKeeper } from "../checkpoint/checkpointKeeper.ts";
import { type RunStart, resumeRun } from "../checkpoint/resumeRun.ts";
import { trimEvents } from "../checkpoint/trimEvents.ts";
import { loadExperiment, requireValid, type ValidExperiment } from "../data/experiment.ts";
import { type PreparedRun, prepareRun } from "../data/prepareRun.ts";
import { writeFileAtomically, writeJsonAtomically } from "../files/atomicWrite.ts";
import { JsonLinesWriter } from "../files/jsonLines.ts";
import {
  createRunFolder,
  endRun,
  isResumable,
  type NewRun,
  recordPrediction,
  resumeRemedy,
} from "../files/runFolder.ts";
import { continuationHash } from "../files/runName.ts";
import { readParameters, writeAdapter, writeModelFolder } from "../model/adapterFiles.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import type { Device, Feeds } from "../ort/session.ts";
import { removeStaleFolders } from "../ort/staleFolders.ts";
import { createTrainer } from "../train/deviceTrainer.ts";
import { Parameters } from "../train/parameters.ts";
import { initialiseAdapters } from "../train/trainer.ts";
import { planTraining, train } from "../train/trainRun.ts";
import { chooseCheckpointing } from "./checkpointing.ts";
import type { RecipeContext } from "./context.ts";
import { resolveDevice } from "./devices.ts";
import { evaluateModel, evaluationCosts, type RowsByLanguage, type TunedModel } from "./evaluateModel.ts";
import { evaluationTokens } from "./evaluationShape.ts";
import { Pace, tokenCosts } from "./pace.ts";
import { evaluationMemory } from "./predictMemory.ts";

/** Trains and evaluates one mixture with one seed, or only evaluates the untuned base. */
export async function run(request: RunRequest, context: RecipeContext): Promise<RunOutcome> {
  const device = await resolveDevice(request.device, context.log);
  const experiment = requireValid(loadExperiment(request));
  const prepared = prepareRun(experiment, request.mixture, request.seed, device);
  removeStaleFolders();
  const start = startOf(request, prepared.run);
  context.log("info", `Run folder: ${start.folder}`);
  return endingRun(start.folder, context, () =>
    trainAndEvaluate(experiment, prepared, start, request.checkpointSeconds, device, context),
  );
}

function startOf({ resume, out }: RunRequest, run: NewRun): RunStart {
  if (typeof resume === "string") return resumeRun(resume, run);
  const { folder } = createRunFolder(out, run);
  return { folder, identity: continuationHash(run), checkpoint: null, trained: false };
}

/** Whatever happens to the work, the run folder says how it ended. */
export async function endingRun(
  folder: string,
  context: RecipeContext,
  work: () => Promise<RunRecord["timings"]>,
): Promise<RunOutcome> {
  try {
    const timings = await work();
    endRun(folder, { status: "done", timings, peakMemoryBytes: peakMemoryBytes() });
    removeCheckpoint(folder);
    return { folder, status: "done", error: null };
  } catch (error) {
    const cancelled = context.signal.aborted;
    const kept = isResumable(folder) ? ` ${resumeRemedy}` : "";
    const shown = cancelled
      ? { message: "The run was cancelled.", remedy: kept.trim() || "Start it again when ready." }
      : {
          message: messageOf(error),
          remedy: `${error instanceof HumanError ? error.remedy : "Report this with the log."}${kept}`,
        };
    if (!cancelled) context.log("error", withCause(error));
    const status = cancelled ? "cancelled" : "failed";
    endRun(folder, { status, error: shown, peakMemoryBytes: peakMemoryBytes() });
    return { folder, status, error: shown };
  }
}

/** A stack, and below it what the runtime itself said. */
function withCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nCaused by: ${messageOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024; // kibibytes
}

async function trainAndEvaluate(
  experiment: ValidExperiment,
  prepared: PreparedRun,
  start: RunStart,
  checkpointSeconds: number | undefined,
  device: Device,
  context: RecipeContext,
): Promise<RunRecord["timings"]> {
  const { folder } = start;
  const { model, config: file } = experiment;
  const tokenizer = loadTokenizer(model);
  for (const note of tokenizer.notes) context.log("warn", note);
  const graphs = new GraphFolder(model, baseWeightsOf(file.train));
  try {
    const started = performance.now();
    const spec = prepared.spec === null ? null : file.train;
    const training =
      spec === null
        ? null
        : planTraining(prepared.examples, tokenizer, spec, prepared.seed, model.config.maxPositions);
    const trainCost = training === null ? 0 : tokenCosts.train * training.tokens * training.epochs.length;
    const done = start.trained ? 1 : (start.checkpoint?.step ?? 0) / Math.max(1, training?.steps ?? 1);
    const pace = new Pace(
      { train: trainCost, ...evaluationCosts(prepared.evaluation, file.evaluate) },
      context.progress,
      trainCost * done,
    );
    const earlier = trimEvents(
      join(folder, runFiles.events),
      start.trained ? Number.POSITIVE_INFINITY : (start.checkpoint?.step ?? 0),
    );
    pace.update("load", 0, 1, "Loading the model");
    const tuned =
      training === null
        ? untunedModel(experiment, tokenizer, graphs, device)
        : await trainMixture({
            experiment,
            prepared,
            training,
            tokenizer,
            graphs,
            device,
            start,
            checkpointSeconds,
            pace,
            context,
          });
    const trained = performance.now();
    await evaluateInto(folder, tuned, prepared.evaluation, file.evaluate, prepared.seed, pace, context);
    return {
      train: spec === null ? 0 : earlier + (trained - started) / 1000,
      evaluate: (performance.now() - trained) / 1000,
    };
  } finally {
    graphs.remove();
  }
}

/** Full training changes every weight, so all are floats. */
export function baseWeightsOf(spec: TrainingSpec): BaseWeights {
  return spec.method === "lora" ? spec.base : "float";
}

export function untunedModel(
  experiment: ValidExperiment,
  tokenizer: ChatTokenizer,
  graphs: GraphFolder,
  device: Device,
): TunedModel {
  const plan = graphs.frozen(0, 0);
  return tunedModel(experiment, plan, {}, tokenizer, graphs, device);
}

export function tunedModel(
  experiment: ValidExperiment,
  plan: WeightPlan,
  parameters: Feeds,
  tokenizer: ChatTokenizer,
  folder: GraphFolder,
  device: Device,
): TunedModel {
  const { config } = experiment.model;
  return {
    config: config.decoder,
    plan,
    parameters,
    tokenizer,
    folder,
    // Generation keeps its cache in host memory, and its graph has operators that WebGPU lacks.
    device: device === "webgpu" ? "cpu" : device,
    maxPositions: config.maxPositions,
  };
}

interface MixtureTraining {
  readonly experiment: ValidExperiment;
  readonly prepared: PreparedRun;
  readonly training: ReturnType<typeof planTraining>;
  readonly tokenizer: ChatTokenizer;
  readonly graphs: GraphFolder;
  readonly device: Device;
  readonly start: RunStart;
  readonly checkpointSeconds: number | undefined;
  readonly pace: Pace;
  readonly context: RecipeContext;
}

async function trainMixture(job: MixtureTraining): Promise<TunedModel> {
  const begun = performance.now();
  const { experiment, prepared, training, tokenizer, graphs, device, start, pace, context } = job;
  const { folder, checkpoint } = start;
  const { model } = experiment;
  const spec = experiment.config.train;
  const config = model.config.decoder;
  const plan: WeightPlan =
    spec.method === "full" ? { kind: "full" } : graphs.frozen(spec.lora.rank, spec.lora.alpha);
  if (start.trained) {
    const trained = new Parameters(trainables(config, plan));
    readParameters(join(folder, plan.kind === "full" ? runFiles.model : runFiles.adapter), trained);
    return tunedModel(experiment, plan, trained.feeds, tokenizer, graphs, device);
  }
  const memory = { model, spec, training, processBytes: process.memoryUsage.rss() };
  const choice = chooseCheckpointing(spec, memory);
  if (choice.checkpointing && spec.gradientCheckpointing === "auto")
    context.log("info", "Memory is short: layers are computed again for their gradients.");
  const trainer = await createTrainer({
    config,
    plan,
    rowLength: training.rowLength,
    rows: training.rowsPerMicroBatch,
    checkpointing: choice.checkpointing,
    optimizer: spec,
    device,
    store: bytes => graphs.write("training", bytes),
  });
  const { parameters } = trainer;
  if (checkpoint !== null) {
    await trainer.restore(readState(checkpoint, parameters.slots, parameters.size));
    context.log("info", `Going on after step ${checkpoint.step} of ${training.steps}.`);
  } else if (plan.kind === "frozen") initialiseAdapters(parameters, config, prepared.seed);
  else
    for (const { name } of parameters.slots)
      parameters.view(parameters.values, name).set(model.readTensor(name));
  context.log(
    "info",
    `Training ${parameters.size} parameters on ${training.tokens} tokens an epoch in rows of ${training.rowLength}, ${training.steps} steps.`,
  );
  const events = new JsonLinesWriter(join(folder, runFiles.events));
  const keeper = new CheckpointKeeper({
    runFolder: folder,
    state: trainer,
    slots: parameters.slots,
    plan: training,
    identity: start.identity,
    seconds: job.checkpointSeconds,
    warn: message => context.log("warn", message),
  });
  let done = checkpoint?.step ?? 0;
  const from = done;
  let firstStep = 0;
  const onStep = async (event: StepEvent): Promise<void> => {
    done = event.step;
    events.append(event);
    context.step(event);
    const elapsed = (performance.now() - begun) / 1000;
    if (done === from + 1) firstStep = elapsed; // slower: its memory is new
    if (done === from + 2 && from === 0) {
      const trainSeconds = elapsed + (elapsed - firstStep) * (event.steps - 2);
      const rows = [...prepared.evaluation.values()].flat();
      const { shape } = evaluationTokens(rows, experiment.config.evaluate, tokenizer);
      const evaluation = evaluationMemory({ ...memory, checkpointing: choice.checkpointing }, shape);
      recordPrediction(folder, { trainSeconds, memoryBytes: Math.max(choice.bytes, evaluation) });
    }
    const message = `Step ${event.step} of ${event.steps}, loss ${event.loss.toFixed(3)}`;
    pace.update("train", event.step, event.steps, message);
    await keeper.afterStep(done);
  };
  try {
    await train(trainer, training, spec, context.signal, onStep, done);
  } catch (error) {
    if (context.signal.aborted) await keeper.write(done); // stopped between two steps: nothing is lost
    throw error;
  } finally {
    events.close();
  }
  await trainer.snapshot(); // what lies on a device comes into `parameters`
  if (plan.kind === "frozen")
    writeAdapter(join(folder, runFiles.adapter), parameters, spec.lora, experiment.config.model);
  else writeModelFolder(join(folder, runFiles.model), parameters, model);
  await trainer.release();
  return tunedModel(experiment, plan, parameters.feeds, tokenizer, graphs, device);
}

/** Writes samples.jsonl and metrics.json; does nothing without evaluation data. */
export async function evaluateInto(
  folder: string,
  model: TunedModel,
  rows: RowsByLanguage,
  spec: ValidExperiment["config"]["evaluate"],
  seed: number,
  pace: Pace,
  context: RecipeContext,
): Promise<void> {
  if (rows.size === 0) return;
  const samples = await evaluateModel(model, rows, spec, seed, pace, context);
  pace.update("save", 0, 1, "Writing results");
  writeFileAtomically(
    join(folder, runFiles.samples),
    samples.map(sample => `${JSON.stringify(sample)}\n`).join(""),
  );
  writeJsonAtomically(join(folder, runFiles.metrics), aggregate(samples, { seed }));
}
