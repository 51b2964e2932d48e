// Plans a mixture file: actual counts, tokens and steps, and predicted time and memory.
import { setImmediate } from "node:timers/promises";
import { groupBy } from "../../common/groupBy.ts";
import type { EvaluationRow } from "../../core/dataset/example.ts";
import { fullMeasurements } from "../../core/mixtureFile/development.ts";
import { choosesRate, ratesOf } from "../../core/mixtureFile/learningRate.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import type { Plan, PlanRequest } from "../../protocol/runtime.ts";
import type { RecipeContext } from "../context/context.ts";
import { gemmRate } from "../devices/gemmRate.ts";
import { type EvaluationTokens, evaluationTokens } from "../evaluation/evaluationShape.ts";
import { chooseMixtures } from "../experiment/chooseMixtures.ts";
import { drawingOf } from "../experiment/drawWithin.ts";
import { isValid, loadExperiment, type ValidExperiment } from "../experiment/experiment.ts";
import { evaluationRowsOf, prepareRun } from "../experiment/prepareRun.ts";
import type { NewRun } from "../files/runFolder.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import type { Device } from "../ort/session.ts";
import { freeMemory } from "../prediction/freeMemory.ts";
import { measureModel } from "../prediction/measureModel.ts";
import { positionsOf, predictSeconds, type Repeated, roughRates } from "../prediction/predict.ts";
import { predictDifferences } from "../prediction/predictDifferences.ts";
import { evaluationMemory } from "../prediction/predictMemory.ts";
import { chooseRecomputation } from "../prediction/recomputation.ts";
import { planTraining, seenIn, type TrainingPlan } from "../train/trainingPlan.ts";
import { resolveDevice } from "./devices.ts";
import { faultsOf } from "./validate.ts";

/** Facts kept of a run, without its batches, since a file may ask for ten thousand runs. */
interface Prepared {
  readonly mixture: string;
  readonly seed: number;
  readonly run: NewRun;
  readonly tokens: number;
  readonly steps: number;
  readonly seen: ReturnType<typeof seenIn>;
  readonly positions: number;
  readonly recomputation: boolean;
  /** Predicted, at the peak. */
  readonly bytes: number;
}

interface First {
  readonly training: TrainingPlan;
  readonly development: readonly EvaluationRow[];
  /** Resident memory before any graph is built. */
  readonly processBytes: number;
}

/** Prepares all mixtures and seeds, and returns the first one in full. Can be cancelled between any two. */
async function prepareAll(
  experiment: ValidExperiment,
  chosen: readonly string[],
  device: Device,
  tokenizer: ChatTokenizer,
  { shape }: EvaluationTokens,
  { signal, progress }: Pick<RecipeContext, "signal" | "progress">,
): Promise<{ readonly prepared: Prepared[]; readonly first: First | null }> {
  const { config, model } = experiment;
  const spec = config.train;
  const drawing = drawingOf(experiment, tokenizer);
  const prepared: Prepared[] = [];
  let first: First | null = null;
  const mixtures = chooseMixtures(config, chosen);
  const total = mixtures.length * config.seeds.length;
  for (const { name } of mixtures) {
    for (const seed of config.seeds) {
      await setImmediate();
      throwIfCancelled(signal);
      progress({
        phase: "load",
        done: prepared.length,
        total,
        secondsLeft: null,
        message: "Drawing examples",
      });
      const { examples, run, development } = prepareRun(experiment, name, seed, device, drawing);
      const training = planTraining(examples, tokenizer, spec, seed, model.config.maxPositions);
      first ??= {
        training,
        development: [...development.values()].flat(),
        processBytes: process.memoryUsage.rss(),
      };
      const memory = { model, spec, training, processBytes: first.processBytes };
      const { recomputation, bytes } = chooseRecomputation(spec, memory);
      prepared.push({
        mixture: name,
        seed,
        run,
        tokens: training.tokens,
        steps: training.steps,
        seen: seenIn(training),
        positions: positionsOf(training),
        recomputation,
        bytes: Math.max(bytes, evaluationMemory({ ...memory, recomputation }, shape)),
      });
    }
  }
  return { prepared, first };
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
      detectable: predictDifferences({ mixtures: [], seeds: [] }, new Map(), [], null),
    };
  const { config, model } = experiment;
  const device = await resolveDevice(request.device, context.log);
  const tokenizer = loadTokenizer(model);
  for (const note of [...model.notes, ...tokenizer.notes]) context.log("warn", note);
  const evaluation = evaluationRowsOf(experiment);
  const evaluated = evaluationTokens([...evaluation.values()].flat(), config.evaluate, tokenizer);
  const { prepared, first } = await prepareAll(
    experiment,
    request.mixtures ?? [],
    device,
    tokenizer,
    evaluated,
    context,
  );
  const firsts = [...groupBy(prepared, ({ mixture }) => mixture).values()].flatMap(([one]) => one?.run ?? []);
  const repeatedOf = repeatedTraining(config, first?.development ?? [], tokenizer);
  const predicted = await predictAll(experiment, prepared, first, evaluated, repeatedOf, device, context);
  return {
    diagnostics: faults,
    model: { name: config.model, parameters: model.parameterCount, template: model.template },
    runs: prepared.map(({ mixture, seed, run, tokens, steps, seen, bytes }, i) => ({
      mixture,
      seed,
      counts: run.counts,
      trainTokens: tokens,
      steps,
      ...seen,
      predictedSeconds: predicted.seconds[i] ?? Number.NaN,
      predictedMemoryBytes: bytes,
    })),
    ...(choosesRate(config.train) && { learningRates: ratesOf(config.train) }),
    ...(config.train.earlyStopping !== undefined && { stopsEarly: true }),
    layersTried: predicted.layersTried,
    evaluationRows: Object.fromEntries([...evaluation].map(([language, rows]) => [language, rows.length])),
    detectable: predictDifferences(config, evaluation, firsts, request.out ?? null),
  };
}

type RepeatedOf = (run: Pick<Prepared, "steps">) => Repeated | undefined;

function repeatedTraining(
  { train, evaluate }: Pick<ValidExperiment["config"], "train" | "evaluate">,
  development: readonly EvaluationRow[],
  tokenizer: ChatTokenizer,
): RepeatedOf {
  if (fullMeasurements({ train, evaluate }, 1) === 0) return () => undefined;
  const { size } = evaluationTokens(development, { ...evaluate, metrics: ["likelihood"] }, tokenizer);
  return ({ steps }) => ({
    trainings: ratesOf(train).length,
    scoredPositions: size.scoredPositions * fullMeasurements({ train, evaluate }, steps),
  });
}

interface Predicted {
  readonly seconds: readonly number[];
  readonly layersTried: Plan["layersTried"];
}

/** Measures a model only if every run fits. */
async function predictAll(
  { model, config: { train: spec } }: ValidExperiment,
  prepared: readonly Prepared[],
  first: First | null,
  { prompts, size }: EvaluationTokens,
  repeatedOf: RepeatedOf,
  device: Device,
  { log, progress, signal }: RecipeContext,
): Promise<Predicted> {
  if (first === null) return { seconds: [], layersTried: null };
  const { training, processBytes } = first;
  const rate = await gemmRate(device);
  const most = prepared.reduce((largest, { bytes }) => Math.max(largest, bytes), 0);
  if (most - processBytes > freeMemory()) {
    log(
      "warn",
      "This does not fit into free memory: nothing was measured, and the time is a rough estimate.",
    );
    const rates = roughRates(model.config.decoder, spec.method, rate);
    const seconds = prepared.map(run => predictSeconds(rates, run.positions, size, repeatedOf(run)));
    return { seconds, layersTried: null };
  }
  progress({ phase: "load", done: 0, total: 1, secondsLeft: null, message: "Trying two steps" });
  const recomputation = prepared[0]?.recomputation === true;
  const request = { model, spec, training, recomputation, prompts, device, gemmRate: rate, signal };
  const { rates, layers } = await measureModel(request);
  return {
    seconds: prepared.map(run => predictSeconds(rates, run.positions, size, repeatedOf(run))),
    layersTried: { tried: layers, of: model.config.decoder.layers },
  };
}
