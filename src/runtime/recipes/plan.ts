// What a mixture file would do: realised counts, tokens and steps, and predicted time and memory.
import { freemem } from "node:os";
import { type Diagnostic, startOfFile } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import type { Plan, PlanRequest } from "../../protocol/runtime.ts";
import { chooseMixtures } from "../data/chooseMixtures.ts";
import { isValid, loadExperiment, type ValidExperiment } from "../data/experiment.ts";
import { evaluationRowsOf, prepareRun } from "../data/prepareRun.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import type { Device } from "../ort/session.ts";
import { planTraining, type TrainingPlan } from "../train/trainRun.ts";
import { throwIfCancelled } from "./cancelled.ts";
import { chooseCheckpointing } from "./checkpointing.ts";
import type { RecipeContext } from "./context.ts";
import { resolveDevice } from "./devices.ts";
import { gemmRate } from "./gemmProbe.ts";
import { type EvaluationSize, generationMemory, predictSeconds, roughRates } from "./predict.ts";
import { probe } from "./probe.ts";
import { baseWeightsOf } from "./run.ts";

interface Evaluated {
  readonly prompts: readonly (readonly number[])[];
  readonly size: EvaluationSize;
}

/** Responses are taken to be as long as the references, or as long as they may be. */
function evaluationOf(experiment: ValidExperiment, tokenizer: ChatTokenizer): Evaluated {
  const { maxNewTokens } = experiment.config.evaluate;
  const rows = [...evaluationRowsOf(experiment).values()].flat();
  const prompts = rows.map(row => tokenizer.formatPrompt(row.prompt));
  const responseTokens = rows.reduce(
    (sum, { reference }) =>
      sum +
      (reference === undefined
        ? maxNewTokens
        : Math.min(maxNewTokens, tokenizer.encode(reference).length + 1)),
    0,
  );
  const promptTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  return { prompts, size: { rows: rows.length, promptTokens, responseTokens } };
}

interface Prepared {
  readonly mixture: string;
  readonly seed: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly training: TrainingPlan;
}

/** Mixtures and seeds with their batches; what is wrong with a mixture's examples becomes a diagnostic. */
function prepareAll(
  experiment: ValidExperiment,
  chosen: readonly string[],
  device: Device,
  tokenizer: ChatTokenizer,
  signal: AbortSignal,
): { readonly prepared: Prepared[]; readonly diagnostics: Diagnostic[] } {
  const { config, model, parsed } = experiment;
  const prepared: Prepared[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const spec of chooseMixtures(config, chosen)) {
    for (const seed of config.seeds) {
      throwIfCancelled(signal);
      const { examples, run } = prepareRun(experiment, spec.name, seed, device);
      try {
        const training = planTraining(examples, tokenizer, config.train, seed, model.config.maxPositions);
        prepared.push({ mixture: spec.name, seed, counts: run.counts, training });
      } catch (error) {
        if (!(error instanceof HumanError)) throw error;
        const { message, remedy } = error;
        const range = parsed.locate(["mixtures", spec.key], "key") ?? startOfFile;
        diagnostics.push({ severity: "error", code: "example-too-long", message, remedy, range });
      }
    }
  }
  return { prepared, diagnostics };
}

export async function plan(request: PlanRequest, context: RecipeContext): Promise<Plan> {
  const experiment = loadExperiment(request);
  if (!isValid(experiment))
    return {
      diagnostics: experiment.diagnostics,
      model: null,
      runs: [],
      measured: false,
      evaluationRows: {},
    };
  const { config, model } = experiment;
  const device = await resolveDevice(request.device, context.log);
  const tokenizer = loadTokenizer(model);
  for (const note of tokenizer.notes) context.log("warn", note);
  const evaluated = evaluationOf(experiment, tokenizer);
  const { prepared, diagnostics } = prepareAll(
    experiment,
    request.mixtures ?? [],
    device,
    tokenizer,
    context.signal,
  );
  const predicted = await predictAll(experiment, prepared, evaluated, device, context);
  return {
    diagnostics: [...experiment.diagnostics, ...diagnostics],
    model: { name: config.model, parameters: model.parameterCount, template: model.template },
    runs: prepared.map(({ mixture, seed, counts, training }, i) => ({
      mixture,
      seed,
      counts,
      trainTokens: training.tokens,
      steps: training.steps,
      predictedSeconds: predicted.seconds[i] ?? Number.NaN,
      predictedMemoryBytes: predicted.bytes[i] ?? Number.NaN,
    })),
    measured: predicted.measured,
    evaluationRows: Object.fromEntries(
      [...evaluationRowsOf(experiment)].map(([language, rows]) => [language, rows.length]),
    ),
  };
}

interface Predicted {
  readonly seconds: readonly number[];
  readonly bytes: readonly number[];
  /** From a probe of this model; else from the machine's rate in matrix products, which is rough. */
  readonly measured: boolean;
}

/** Memory of each run first: a model is only tried where it fits. */
async function predictAll(
  experiment: ValidExperiment,
  prepared: readonly Prepared[],
  { prompts, size }: Evaluated,
  device: Device,
  context: RecipeContext,
): Promise<Predicted> {
  const [first] = prepared;
  if (first === undefined) return { seconds: [], bytes: [], measured: false };
  const { model, config: file } = experiment;
  const { decoder } = model.config;
  const spec = file.train;
  const started = performance.now();
  const graphs = new GraphFolder(model, baseWeightsOf(spec));
  const opening = (performance.now() - started) / 1000;
  try {
    const plan: WeightPlan =
      spec.method === "full" ? { kind: "full" } : graphs.frozen(spec.lora.rank, spec.lora.alpha);
    const weightBytes = plan.kind === "full" ? 0 : graphs.weightBytes;
    const longest = prompts.reduce((most, prompt) => Math.max(most, prompt.length), 0);
    const generation =
      size.rows === 0
        ? 0
        : generationMemory(decoder, model.parameterCount, longest + file.evaluate.maxNewTokens);
    const choices = prepared.map(({ training }) =>
      chooseCheckpointing(spec, { config: decoder, plan, training, weightBytes }),
    );
    const bytes = choices.map(choice => Math.max(choice.bytes, generation));
    const [{ checkpointing } = { checkpointing: false }] = choices;
    const measured = Math.max(...bytes) < freemem();
    if (!measured) context.log("warn", "The model does not fit into free memory: its time is a rough guess.");
    context.progress({ phase: "load", done: 0, total: 1, secondsLeft: null, message: "Trying two steps" });
    const { training } = first;
    const { signal } = context;
    const rates = measured
      ? await probe({ model, graphs, plan, spec, training, checkpointing, prompts, device, signal })
      : roughRates(decoder, spec.method, await gemmRate(device));
    const seconds = prepared.map(one => predictSeconds(rates, one.training, size) + opening);
    return { seconds, bytes, measured };
  } finally {
    graphs.remove();
  }
}
