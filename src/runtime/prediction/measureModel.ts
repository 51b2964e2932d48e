// Measures the speed of a model on this machine: two training steps on real batches, and a few new tokens.

import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { weightFormatOf } from "../../core/mixture/weightFormat.ts";
import { matrixFlops } from "../../graph/cost/flops.ts";
import { adaptedLayers } from "../../graph/nn/adapterLayers.ts";
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { decoderWeights } from "../../graph/nn/decoderWeights.ts";
import { trainingGraph, visibleKeys } from "../../graph/nn/training.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { Generator, generationDevice } from "../generation/generator.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { GraphFolder, type HeldModel } from "../ort/graphFolder.ts";
import type { Device } from "../ort/session.ts";
import { weightLayout } from "../ort/weightLayout.ts";
import { createTrainer } from "../train/createTrainer.ts";
import { dropoutOf } from "../train/dropoutMasks.ts";
import { noiseOf } from "../train/embeddingNoise.ts";
import { initialise } from "../train/initialise.ts";
import { initialiseMagnitudes } from "../train/magnitudes.ts";
import { buildBatch, filledUp } from "../train/packing.ts";
import type { TrainingPlan } from "../train/trainingPlan.ts";
import { matrixValues, type Rates, scoringShare } from "./predict.ts";
import { maxLossTokens } from "./predictMemory.ts";

/** Approximate time limit in seconds. For a model that takes longer, only the first layers are measured. */
const budget = 10;
/** Share of the machine's matrix product rate that a measurement is conservatively assumed to reach. */
const expectedShare = 0.5;
/** Minimum number of layers; of a model with layers of two kinds, up to the first with attention. */
const fewestLayers = 2;
/**
 * Short steps are repeated for this many seconds, or until this number of them is timed: a single one may be
 * off.
 */
const [steadySeconds, maxSteps] = [3, 5];
/** Prompts that are tried, spread over all of them by length. */
const triedPrompts = 32;
/** New tokens of the two tries: the difference gives the cost of tokens, the rest that of prompts. */
const [fewTokens, moreTokens] = [2, 10];

export interface MeasureRequest {
  readonly model: ModelFolder;
  readonly spec: TrainingSpec;
  readonly training: TrainingPlan;
  readonly recomputation: boolean;
  readonly prompts: readonly (readonly number[])[];
  readonly device: Device;
  /** Floating-point operations per second in float32 matrix products. */
  readonly gemmRate: number;
  readonly signal: AbortSignal;
}

export interface Measurement {
  readonly rates: Rates;
  /** Number of layers measured. Times are scaled up by the number of operations. */
  readonly layers: number;
}

export async function measureModel(request: MeasureRequest): Promise<Measurement> {
  const { model, spec, training, recomputation, device, signal } = request;
  const whole = model.config.decoder;
  const prompts = samplePrompts(request.prompts);
  const layers = layersToTry(request, prompts);
  const tried = firstLayers(model, layers);
  const config = tried.config.decoder;
  const triedSpec = withAdapters(spec, config);
  const started = performance.now();
  const graphs = new GraphFolder(tried, weightFormatOf(spec));
  try {
    const plan = graphs.planOf(triedSpec);
    const common = { model: tried, graphs, device, signal };
    const trained = await measureTraining({ ...common, plan, spec, training, recomputation });
    const generated = await measureGeneration({ ...common, prompts });
    const loading = (performance.now() - started) / 1000 - trained.seconds - generated.seconds;
    const [of, all] = [matrixValues(config), matrixValues(whole)];
    const trainToken =
      trained.perToken * (stepFlops(request, whole) / stepFlops({ ...request, spec: triedSpec }, config));
    return {
      layers,
      rates: {
        load: loading * (whole.layers / layers),
        trainToken,
        scoreToken: (trainToken * scoringShare[spec.method]) / (recomputation ? recomputationCost : 1),
        promptToken: generated.perPromptToken * (all.layers / of.layers),
        newToken: generated.perNewToken * ((all.layers + all.head) / (of.layers + of.head)),
      },
    };
  } finally {
    graphs.remove();
  }
}

/** A step that computes its layers again takes this many times as long. */
const recomputationCost = 1.4;

/** Operations of one micro-batch. */
function stepFlops({ model, spec, training }: MeasureRequest, config: DecoderConfig): number {
  const { rowLength, rowsPerMicroBatch: rows } = training;
  const { plan } = weightLayout(model, spec);
  return matrixFlops(trainingGraph(config, plan, rowLength, { rows }), {
    ...visibleKeys(config, rowLength),
    lossTokens: maxLossTokens(training),
  });
}

function layersToTry(request: MeasureRequest, prompts: readonly (readonly number[])[]): number {
  const { model, gemmRate, recomputation } = request;
  const { decoder } = model.config;
  const { layers, head } = matrixValues(decoder);
  const promptTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  const generated =
    2 * (layers * 2 * promptTokens + (layers + head) * prompts.length * (fewTokens + moreTokens));
  const trained = 2 * stepFlops(request, decoder) * (recomputation ? recomputationCost : 1);
  const seconds = (trained + generated) / (expectedShare * gemmRate);
  const share = Math.min(1, budget / seconds);
  const enough = Math.max(
    fewestLayers,
    1 + decoder.attention.findIndex(({ instead }) => instead === undefined),
  );
  return Math.min(decoder.layers, Math.max(enough, Math.floor(share * decoder.layers)));
}

/** Adapts all layers if the targets choose none of the measured ones. */
function withAdapters(spec: TrainingSpec, tried: DecoderConfig): TrainingSpec {
  if (adaptedLayers(tried, spec.lora.targets).length > 0) return spec;
  return { ...spec, lora: { ...spec.lora, targets: "all-linear" } };
}

/** Returns the model with only its first layers. Their results are useless but take the same time. */
function firstLayers({ config, tensors, readTensor }: ModelFolder, layers: number): HeldModel {
  const { decoder } = config;
  const short = { ...decoder, layers, attention: decoder.attention.slice(0, layers) };
  const names = new Set(decoderWeights(short).map(weight => weight.name));
  return {
    config: { ...config, decoder: short },
    tensors: new Map([...tensors].filter(([name]) => names.has(name))),
    readTensor,
  };
}

/** Selects some of the prompts, spread over their lengths. */
function samplePrompts(prompts: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const sorted = prompts.filter(prompt => prompt.length > 0).sort((a, b) => a.length - b.length);
  const every = Math.max(1, sorted.length / triedPrompts);
  return Array.from(
    { length: Math.min(triedPrompts, sorted.length) },
    (_, i) => sorted[Math.floor((i + 0.5) * every)] ?? [],
  );
}

/** Returns the median: of an even number of values, the lower of the two in the middle. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

interface Tried {
  readonly model: HeldModel;
  readonly graphs: GraphFolder;
  readonly device: Device;
  readonly signal: AbortSignal;
}

async function measureTraining({
  model,
  graphs,
  plan,
  spec,
  training,
  recomputation,
  device,
  signal,
}: Tried &
  Pick<MeasureRequest, "spec" | "training" | "recomputation"> & { readonly plan: WeightPlan }): Promise<{
  readonly seconds: number;
  readonly perToken: number;
}> {
  const { rowLength, rowsPerMicroBatch: rows, examples, epochs } = training;
  const trainer = await createTrainer({
    config: model.config.decoder,
    plan,
    rowLength,
    rows,
    recomputation,
    lossWeight: spec.lossWeight,
    noise: noiseOf(spec, 1),
    dropout: dropoutOf(spec, 1),
    smoothing: spec.labelSmoothing,
    optimizer: spec,
    device,
    store: bytes => graphs.write("training-probe", bytes),
  });
  initialise(trainer.parameters, plan, model, 1);
  const store = (bytes: Uint8Array): string => graphs.write("magnitudes-probe", bytes);
  await initialiseMagnitudes({ config: model.config.decoder, plan, store }, trainer.parameters);
  const [first = [], second = first] = epochs.flat(2);
  const step = async (micro: readonly (readonly number[])[]): Promise<void> => {
    signal.throwIfAborted();
    await trainer.step([buildBatch(filledUp(micro, rows), examples, rowLength)], 0);
  };
  try {
    const warm = await timed(() => step(first)); // touches its memory for the first time
    const times: number[] = [];
    let seconds = warm;
    do {
      const took = await timed(() => step(second));
      times.push(took);
      seconds += took;
    } while (seconds < steadySeconds && times.length < maxSteps);
    return { seconds, perToken: median(times) / (rows * rowLength) };
  } finally {
    await trainer.release();
  }
}

async function measureGeneration({
  model,
  graphs,
  prompts,
  device,
  signal,
}: Tried & Pick<MeasureRequest, "prompts">): Promise<{
  readonly seconds: number;
  readonly perPromptToken: number;
  readonly perNewToken: number;
}> {
  if (prompts.length === 0) return { seconds: 0, perPromptToken: 0, perNewToken: 0 };
  signal.throwIfAborted();
  const longest = Math.max(...prompts.map(prompt => prompt.length));
  const generator = await Generator.create({
    config: model.config.decoder,
    plan: graphs.frozen(),
    parameters: {},
    device: generationDevice(device),
    store: bytes => graphs.write("generation-probe", bytes),
    maxPositions: longest + moreTokens,
  });
  const request = { stopIds: [], temperature: 0, topP: 1, seed: 0, signal };
  const generate = (some: readonly (readonly number[])[], maxNewTokens: number): Promise<number> =>
    timed(() => generator.generate(some, { ...request, maxNewTokens }));
  try {
    const warm = await generate(prompts.slice(0, 1), fewTokens);
    const few = await generate(prompts, fewTokens);
    const more = await generate(prompts, moreTokens);
    const perNewToken = Math.max(0, more - few) / (prompts.length * (moreTokens - fewTokens));
    const promptTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
    const reading = Math.max(0, few - perNewToken * fewTokens * prompts.length);
    return { seconds: warm + few + more, perPromptToken: reading / promptTokens, perNewToken };
  } finally {
    await generator.release();
  }
}
