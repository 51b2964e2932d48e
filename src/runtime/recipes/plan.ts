// What a mixture file would do: realised counts, tokens and steps, and predicted time and memory.
import { groupBy } from "../../common/groupBy.ts";
import type { EvaluationRow } from "../../core/dataset/example.ts";
import { choosesRate, ratesOf } from "../../core/mixture/learningRate.ts";
import type { Plan, PlanRequest } from "../../protocol/runtime.ts";
import { chooseMixtures } from "../data/chooseMixtures.ts";
import { drawingOf } from "../data/drawWithin.ts";
import { isValid, loadExperiment, type ValidExperiment } from "../data/experiment.ts";
import { evaluationRowsOf, prepareRun } from "../data/prepareRun.ts";
import type { NewRun } from "../files/runFolder.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import type { Device } from "../ort/session.ts";
import { planTraining, seenIn, type TrainingPlan } from "../train/trainRun.ts";
import { throwIfCancelled } from "./cancelled.ts";
import { chooseCheckpointing } from "./checkpointing.ts";
import type { RecipeContext } from "./context.ts";
import { detectableOf } from "./detectable.ts";
import { resolveDevice } from "./devices.ts";
import { type EvaluationTokens, evaluationTokens } from "./evaluationShape.ts";
import { freeMemory } from "./freeMemory.ts";
import { gemmRate } from "./gemmProbe.ts";
import { predictSeconds, type Repeated, roughRates } from "./predict.ts";
import { evaluationMemory } from "./predictMemory.ts";
import { probe } from "./probe.ts";
import { faultsOf } from "./validate.ts";

interface Prepared {
  readonly mixture: string;
  readonly seed: number;
  readonly run: NewRun;
  readonly training: TrainingPlan;
  readonly development: readonly EvaluationRow[];
}

/** Mixtures and seeds with their batches. */
function prepareAll(
  experiment: ValidExperiment,
  chosen: readonly string[],
  device: Device,
  tokenizer: ChatTokenizer,
  signal: AbortSignal,
): Prepared[] {
  const { config, model } = experiment;
  const drawing = drawingOf(experiment, tokenizer);
  return chooseMixtures(config, chosen).flatMap(spec =>
    config.seeds.map((seed): Prepared => {
      throwIfCancelled(signal);
      const { examples, run, development } = prepareRun(experiment, spec.name, seed, device, drawing);
      const training = planTraining(examples, tokenizer, config.train, seed, model.config.maxPositions);
      return { mixture: spec.name, seed, run, training, development: [...development.values()].flat() };
    }),
  );
}

export async function plan(request: PlanRequest, context: RecipeContext): Promise<Plan> {
  const experiment = await loadExperiment(request);
  const faults = await faultsOf(experiment, request.mixtures);
  if (!isValid(experiment) || faults.some(({ severity }) => severity === "error"))
    return {
      diagnostics: faults,
      model: null,
      runs: [],
      layersTried: null,
      evaluationRows: {},
      detectable: detectableOf({ mixtures: [], seeds: [] }, new Map(), [], null),
    };
  const { config, model } = experiment;
  const device = await resolveDevice(request.device, context.log);
  const tokenizer = loadTokenizer(model);
  for (const note of tokenizer.notes) context.log("warn", note);
  const evaluation = evaluationRowsOf(experiment);
  const evaluated = evaluationTokens([...evaluation.values()].flat(), config.evaluate, tokenizer);
  const prepared = prepareAll(experiment, request.mixtures ?? [], device, tokenizer, context.signal);
  const firsts = [...groupBy(prepared, ({ mixture }) => mixture).values()].flatMap(
    ([first]) => first?.run ?? [],
  );
  const repeated = repeatedTraining(config, prepared[0]?.development ?? [], tokenizer);
  const predicted = await predictAll(experiment, prepared, evaluated, repeated, device, context);
  return {
    diagnostics: faults,
    model: { name: config.model, parameters: model.parameterCount, template: model.template },
    runs: prepared.map(({ mixture, seed, run, training }, i) => ({
      mixture,
      seed,
      counts: run.counts,
      trainTokens: training.tokens,
      steps: training.steps,
      ...seenIn(training),
      predictedSeconds: predicted.seconds[i] ?? Number.NaN,
      predictedMemoryBytes: predicted.bytes[i] ?? Number.NaN,
    })),
    ...(choosesRate(config.train) && { learningRates: ratesOf(config.train) }),
    layersTried: predicted.layersTried,
    evaluationRows: Object.fromEntries([...evaluation].map(([language, rows]) => [language, rows.length])),
    detectable: detectableOf(config, evaluation, firsts, request.out ?? null),
  };
}

function repeatedTraining(
  { train, evaluate }: Pick<ValidExperiment["config"], "train" | "evaluate">,
  development: readonly EvaluationRow[],
  tokenizer: ChatTokenizer,
): Repeated | undefined {
  if (!choosesRate(train)) return undefined;
  const { size } = evaluationTokens(development, { ...evaluate, metrics: ["likelihood"] }, tokenizer);
  return { trainings: ratesOf(train).length, scoredPositions: size.scoredPositions };
}

interface Predicted {
  readonly seconds: readonly number[];
  readonly bytes: readonly number[];
  readonly layersTried: Plan["layersTried"];
}

/** Memory of each run first: a model is only tried where it fits. */
async function predictAll(
  { model, config: file }: ValidExperiment,
  prepared: readonly Prepared[],
  { prompts, size, shape }: EvaluationTokens,
  repeated: Repeated | undefined,
  device: Device,
  { log, progress, signal }: RecipeContext,
): Promise<Predicted> {
  const [first] = prepared;
  if (first === undefined) return { seconds: [], bytes: [], layersTried: null };
  const spec = file.train;
  const processBytes = process.memoryUsage.rss();
  const choices = prepared.map(({ training }) => {
    const memory = { model, spec, training, processBytes };
    const { checkpointing, bytes } = chooseCheckpointing(spec, memory);
    return {
      checkpointing,
      bytes: Math.max(bytes, evaluationMemory({ ...memory, checkpointing }, shape)),
    };
  });
  const bytes = choices.map(choice => choice.bytes);
  const rate = await gemmRate(device);
  if (Math.max(...bytes) - processBytes > freeMemory()) {
    log("warn", "This does not fit into free memory: nothing is tried, and the time is a rough guess.");
    const rates = roughRates(model.config.decoder, spec.method, rate);
    const seconds = prepared.map(({ training }) => predictSeconds(rates, training, size, repeated));
    return { seconds, bytes, layersTried: null };
  }
  progress({ phase: "load", done: 0, total: 1, secondsLeft: null, message: "Trying two steps" });
  const { training } = first;
  const checkpointing = choices[0]?.checkpointing === true;
  const request = { model, spec, training, checkpointing, prompts, device, gemmRate: rate, signal };
  const { rates, layers } = await probe(request);
  return {
    seconds: prepared.map(one => predictSeconds(rates, one.training, size, repeated)),
    bytes,
    layersTried: { tried: layers, of: model.config.decoder.layers },
  };
}
