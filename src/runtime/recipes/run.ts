// Recipe of one run: read and check, train the mixture, keep what was trained, evaluate it.
import { join } from "node:path";
import { HumanError, messageOf } from "../../common/errors.ts";
import { aggregate } from "../../core/evaluation/score.ts";
import { type RunRecord, runFiles } from "../../core/run/records.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import type { RunOutcome, RunRequest } from "../../protocol/runtime.ts";
import { loadExperiment, requireValid, type ValidExperiment } from "../data/experiment.ts";
import { type PreparedRun, prepareRun } from "../data/prepareRun.ts";
import { writeFileAtomically, writeJsonAtomically } from "../files/atomicWrite.ts";
import { JsonLinesWriter } from "../files/jsonLines.ts";
import { createRunFolder, endRun } from "../files/runFolder.ts";
import { writeAdapter, writeModelFolder } from "../model/adapterFiles.ts";
import { decoderConfig } from "../model/llamaConfig.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import type { Device, Feeds } from "../ort/session.ts";
import { initialiseAdapters, Trainer } from "../train/trainer.ts";
import { planTraining, train } from "../train/trainRun.ts";
import type { RecipeContext } from "./context.ts";
import { resolveDevice } from "./devices.ts";
import { evaluateModel, evaluationCosts, type RowsByLanguage, type TunedModel } from "./evaluateModel.ts";
import { Pace, tokenCosts } from "./pace.ts";

/** Trains and evaluates one mixture with one seed, or only evaluates the untuned base. */
export async function run(request: RunRequest, context: RecipeContext): Promise<RunOutcome> {
  const device = await resolveDevice(request.device);
  const experiment = requireValid(loadExperiment(request));
  const prepared = prepareRun(experiment, request.mixture, request.seed, device);
  const { folder } = createRunFolder(request.out, prepared.run);
  context.log("info", `Run folder: ${folder}`);
  return endingRun(folder, context, () => trainAndEvaluate(experiment, prepared, folder, device, context));
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
    return { folder, status: "done", error: null };
  } catch (error) {
    const cancelled = context.signal.aborted;
    const shown = cancelled
      ? { message: "The run was cancelled.", remedy: "Start it again when ready." }
      : {
          message: messageOf(error),
          remedy: error instanceof HumanError ? error.remedy : "Report this with the log.",
        };
    if (!cancelled)
      context.log("error", error instanceof Error ? (error.stack ?? error.message) : String(error));
    const status = cancelled ? "cancelled" : "failed";
    endRun(folder, { status, error: shown, peakMemoryBytes: peakMemoryBytes() });
    return { folder, status, error: shown };
  }
}

function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024; // kibibytes
}

async function trainAndEvaluate(
  experiment: ValidExperiment,
  prepared: PreparedRun,
  folder: string,
  device: Device,
  context: RecipeContext,
): Promise<RunRecord["timings"]> {
  const { model, config: file } = experiment;
  const tokenizer = loadTokenizer(model.folder);
  for (const note of tokenizer.notes) context.log("warn", note);
  const graphs = new GraphFolder(model);
  try {
    const started = performance.now();
    const spec = prepared.spec === null ? null : file.train;
    const training =
      spec === null
        ? null
        : planTraining(prepared.examples, tokenizer, spec, prepared.seed, model.config.maxPositions);
    const trainCost = training === null ? 0 : tokenCosts.train * training.tokens * training.epochs.length;
    const pace = new Pace(
      { train: trainCost, ...evaluationCosts(prepared.evaluation, file.evaluate) },
      context.progress,
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
            folder,
            pace,
            context,
          });
    const trained = performance.now();
    await evaluateInto(folder, tuned, prepared.evaluation, file.evaluate, prepared.seed, pace, context);
    return {
      train: spec === null ? 0 : (trained - started) / 1000,
      evaluate: (performance.now() - trained) / 1000,
    };
  } finally {
    graphs.remove();
  }
}

export function untunedModel(
  experiment: ValidExperiment,
  tokenizer: ChatTokenizer,
  graphs: GraphFolder,
  device: Device,
): TunedModel {
  const plan: WeightPlan = { kind: "frozen", stored: graphs.stored, rank: 0, alpha: 0 };
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
    config: decoderConfig(config),
    plan,
    parameters,
    tokenizer,
    folder,
    device,
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
  readonly folder: string;
  readonly pace: Pace;
  readonly context: RecipeContext;
}

async function trainMixture(job: MixtureTraining): Promise<TunedModel> {
  const { experiment, prepared, training, tokenizer, graphs, device, folder, pace, context } = job;
  const { model } = experiment;
  const spec = experiment.config.train;
  const config = decoderConfig(model.config);
  const plan: WeightPlan =
    spec.method === "full"
      ? { kind: "full" }
      : { kind: "frozen", stored: graphs.stored, rank: spec.lora.rank, alpha: spec.lora.alpha };
  const trainer = await Trainer.create({
    config,
    plan,
    rowLength: training.rowLength,
    optimizer: spec,
    device,
    store: bytes => graphs.write("training", bytes),
  });
  const { parameters } = trainer;
  if (plan.kind === "frozen") initialiseAdapters(parameters, config, prepared.seed);
  else
    for (const { name } of parameters.slots)
      parameters.view(parameters.values, name).set(model.readTensor(name));
  context.log(
    "info",
    `Training ${parameters.size} parameters on ${training.tokens} tokens an epoch in rows of ${training.rowLength}, ${training.steps} steps.`,
  );
  const events = new JsonLinesWriter(join(folder, runFiles.events));
  try {
    await train(trainer, training, spec, context.signal, event => {
      events.append(event);
      context.step(event);
      pace.update(
        "train",
        event.step,
        event.steps,
        `Step ${event.step} of ${event.steps}, loss ${event.loss.toFixed(3)}`,
      );
    });
  } finally {
    events.close();
  }
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
