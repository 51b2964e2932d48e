// Predicts a run's time and memory from counts and one short measurement; meant to be right within a factor of two.
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { type DecoderConfig, linearLayers } from "../../graph/nn/decoder.ts";
import { microBatchTokens } from "../train/trainRun.ts";

export interface PredictionInput {
  readonly config: DecoderConfig;
  readonly parameterCount: number;
  /** null: nothing is trained. */
  readonly train: {
    readonly spec: TrainingSpec;
    /** Packed tokens of one epoch, filler included. */
    readonly tokens: number;
    readonly responseTokens: number;
    readonly rowLength: number;
  } | null;
  readonly evaluation: {
    readonly rows: number;
    readonly promptTokens: number;
    readonly maxNewTokens: number;
  };
  /** float32 operations a second, as `gemmRate` measures. */
  readonly gemmRate: number;
}

export interface Prediction {
  readonly seconds: number;
  readonly memoryBytes: number;
}

/** Share of the GEMM rate that whole training steps reach. */
const trainingEfficiency = 0.4;
/** The same for generating token by token, bound by memory and by small products. */
const generationEfficiency = 0.1;
/** Share of `maxNewTokens` that answers are assumed to use. */
const assumedAnswerShare = 0.5;
/** Seconds to load a model and to build and load its graphs. */
const startSeconds = 3;
/** Bytes of Node.js, the native runtime and the data. */
const processBytes = 250e6;
/** Prompts generated at once, for the key-value cache. */
const generationBatch = 32;

/** Weights of a layer's seven matrices. */
function layerWeights({ hiddenSize, intermediateSize, heads, kvHeads, headSize }: DecoderConfig): number {
  return hiddenSize * headSize * 2 * (heads + kvHeads) + 3 * hiddenSize * intermediateSize;
}

/**
 * Operations of one training token. A product with W weights is 2W forward, 2W for the gradient of its input,
 * and, where the weight itself is trained, 2W for its own gradient. Attention over half a row on average is
 * 2 · heads · headSize · rowLength forward and twice that backward. The head counts for response tokens only.
 */
function trainingOperations(config: DecoderConfig, train: NonNullable<PredictionInput["train"]>): number {
  const passes = train.spec.method === "full" ? 3 : 2;
  const weights = config.layers * layerWeights(config);
  const attention = config.layers * 6 * config.heads * config.headSize * train.rowLength;
  const head = config.vocabularySize * config.hiddenSize;
  return train.tokens * (2 * passes * weights + attention) + train.responseTokens * 2 * passes * head;
}

/**
 * Bytes at the peak of training: float32 weights twice (the graph's own and, packed for speed, the session's),
 * 16 bytes for each trained value (value, gradient, two moments), and what one pass keeps for its gradients:
 * about 10 hidden and 4 intermediate values per token and layer, attention weights twice, logits three times.
 */
function trainingBytes(input: PredictionInput, train: NonNullable<PredictionInput["train"]>): number {
  const { config, parameterCount } = input;
  const { spec, rowLength } = train;
  const tokens = Math.max(rowLength, Math.min(spec.batchTokens, microBatchTokens));
  const perToken =
    config.layers *
    (10 * config.hiddenSize + 4 * config.intermediateSize + 2 * config.heads * Math.min(rowLength, tokens));
  const lossShare = train.tokens === 0 ? 0 : train.responseTokens / train.tokens;
  const logits = tokens * lossShare * 3 * config.vocabularySize;
  const trained = spec.method === "full" ? parameterCount : loraParameters(config, spec.lora.rank);
  return 8 * parameterCount + 16 * trained + 4 * (tokens * perToken + logits);
}

/** Values of rank-r adapters on all linear layers: r · (in + out) each. */
export function loraParameters(config: DecoderConfig, rank: number): number {
  return linearLayers(config).reduce((sum, layer) => sum + rank * (layer.in + layer.out), 0);
}

function generationBytes({ config, parameterCount, evaluation }: PredictionInput): number {
  const { rows, promptTokens, maxNewTokens } = evaluation;
  const length = (rows === 0 ? 0 : promptTokens / rows) + maxNewTokens;
  const cache = 2 * config.layers * config.kvHeads * config.headSize * length * generationBatch;
  return 8 * parameterCount + 4 * (2 * cache + generationBatch * config.vocabularySize);
}

export function predict(input: PredictionInput): Prediction {
  const { config, train, evaluation, gemmRate } = input;
  const training = train === null ? 0 : train.spec.epochs * trainingOperations(config, train);
  const perToken = 2 * (config.layers * layerWeights(config) + config.vocabularySize * config.hiddenSize);
  const generated = evaluation.rows * evaluation.maxNewTokens * assumedAnswerShare;
  const seconds =
    startSeconds +
    training / (gemmRate * trainingEfficiency) +
    (evaluation.promptTokens * perToken) / (gemmRate * trainingEfficiency) +
    (generated * perToken) / (gemmRate * generationEfficiency);
  const peak = Math.max(train === null ? 0 : trainingBytes(input, train), generationBytes(input));
  return { seconds, memoryBytes: processBytes + peak };
}
