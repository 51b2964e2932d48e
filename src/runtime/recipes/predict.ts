// Predicts a run's memory from its graphs and its time from a probe, or roughly from the machine's rate in products.
import { runMemory } from "../../graph/memory.ts";
import { type DecoderConfig, linearLayers } from "../../graph/nn/decoder.ts";
import { trainingGraph } from "../../graph/nn/training.ts";
import { trainables, type WeightPlan } from "../../graph/nn/weights.ts";
import type { TrainingPlan } from "../train/trainRun.ts";

/** Bytes of Node.js, the native runtime, tokenizer and data, as measured on models of 5 to 135 million parameters. */
const processBytes = 230e6;
/** Value, gradient and AdamW's two moments. */
const trainedBytes = 16;
/** Most bytes of keys and values at a time (see KeyValueCache), and the rows that share them. */
const cacheBytes = 384 * 1024 * 1024;
const generationRows = 64;
/** Tokens of prompts that enter generation in one call. */
const prefillTokens = 1024;

/** Values of rank-r adapters on all linear layers: r · (in + out) each. */
export function loraParameters(config: DecoderConfig, rank: number): number {
  return linearLayers(config).reduce((sum, layer) => sum + rank * (layer.in + layer.out), 0);
}

/** Response tokens of the micro-batch that has most. */
export function mostLossTokens({ epochs, examples }: TrainingPlan): number {
  const lossOf = (index: number): number => {
    const example = examples[index];
    return example === undefined ? 0 : example.ids.length - Math.max(1, example.responseStart);
  };
  const sizes = epochs.flat(2).map(rows => rows.flat().reduce((sum, index) => sum + lossOf(index), 0));
  return sizes.reduce((most, size) => Math.max(most, size), 1);
}

export interface TrainingMemory {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  readonly training: TrainingPlan;
  readonly checkpointing: boolean;
  /** Of the frozen weights as they are held. */
  readonly weightBytes: number;
}

/** Bytes at the peak of training: everything the graph's run holds, as the runtime allocates it, and what lies around it. */
export function trainingMemory({
  config,
  plan,
  training,
  checkpointing,
  weightBytes,
}: TrainingMemory): number {
  const { rowLength, rowsPerMicroBatch: rows } = training;
  const graph = trainingGraph(config, plan, rowLength, { rows, checkpointing });
  const run = runMemory(graph, { lossTokens: mostLossTokens(training) });
  const trained = trainables(config, plan).reduce(
    (sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1),
    0,
  );
  return processBytes + weightBytes + trainedBytes * trained + run.held;
}

/** Bytes at the peak of generation: float32 weights, packed for few rows, the cache, and one call with prompts. */
export function generationMemory(config: DecoderConfig, parameterCount: number, positions: number): number {
  const { layers, kvHeads, headSize, intermediateSize, vocabularySize, hiddenSize } = config;
  const cache = 2 * layers * kvHeads * headSize * positions * generationRows * 4;
  const activations = 4 * prefillTokens * (3 * intermediateSize + 8 * hiddenSize);
  const logits = 4 * 2 * generationRows * vocabularySize;
  return processBytes + 4 * parameterCount + Math.min(cache, cacheBytes) + activations + logits;
}

export interface EvaluationSize {
  readonly rows: number;
  readonly promptTokens: number;
  /** Expected tokens of all responses: of the references where there are any, else the most there may be. */
  readonly responseTokens: number;
}

/** What a probe measured on this model and machine; seconds. */
export interface Rates {
  /** Reading the model, building and loading the graphs. */
  readonly load: number;
  /** Per token of a packed row, filler included. */
  readonly trainToken: number;
  readonly promptToken: number;
  readonly newToken: number;
}

export function predictSeconds(
  rates: Rates,
  training: TrainingPlan | null,
  evaluation: EvaluationSize,
): number {
  const { load, trainToken, promptToken, newToken } = rates;
  const microBatches = training === null ? 0 : training.epochs.flat(2).length;
  const positions = training === null ? 0 : microBatches * training.rowsPerMicroBatch * training.rowLength;
  return (
    load +
    positions * trainToken +
    evaluation.promptTokens * promptToken +
    evaluation.responseTokens * newToken
  );
}

/** Share of the rate in matrix products that training and the reading of prompts reach, and that generation does. */
const trainingShare = 0.6;
const generationShare = 0.2;
const roughLoadSeconds = 3;

/**
 * Rates from operations over the machine's rate, for models that can't be probed. A product with W weights is 2W
 * forward, 2W for the gradient of its input and, where all weights are trained, 2W for their own.
 * @param gemmRate float32 operations a second.
 */
export function roughRates(config: DecoderConfig, method: "lora" | "full", gemmRate: number): Rates {
  const layers = linearLayers(config).reduce((sum, layer) => sum + layer.in * layer.out, 0);
  const weights = layers + config.vocabularySize * config.hiddenSize;
  const passes = method === "full" ? 3 : 2;
  return {
    load: roughLoadSeconds,
    trainToken: (2 * passes * weights) / (gemmRate * trainingShare),
    promptToken: (2 * layers) / (gemmRate * trainingShare),
    newToken: (2 * weights) / (gemmRate * generationShare),
  };
}
