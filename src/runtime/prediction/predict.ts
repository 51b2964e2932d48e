// Predicts the time of a run from measurements, or roughly from the machine's matrix product rate.
import type { TrainingMethod } from "../../core/mixture/mixtureFile.ts";
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { linearLayers } from "../../graph/nn/decoderWeights.ts";
import type { TrainingPlan } from "../train/trainingPlan.ts";

/** Number of values of rank-r adapters on all linear layers: r · (in + out) each. */
export function loraParameters(config: DecoderConfig, rank: number): number {
  return linearLayers(config).reduce((sum, layer) => sum + rank * (layer.in + layer.out), 0);
}

/** Number of values of all linear layers, and of the output projection. */
export function matrixValues(config: DecoderConfig): { readonly layers: number; readonly head: number } {
  return {
    layers: linearLayers(config).reduce((sum, layer) => sum + layer.in * layer.out, 0),
    head: config.vocabularySize * config.hiddenSize,
  };
}

export interface EvaluationSize {
  readonly rows: number;
  readonly promptTokens: number;
  /** Expected tokens of all responses: those of the references if there are any, otherwise the maximum. */
  readonly responseTokens: number;
  /** Positions computed to score references, including padding. */
  readonly scoredPositions: number;
}

/** Times measured with this model on this machine, in seconds. */
export interface Rates {
  /** Reading the model, building and loading the graphs. */
  readonly load: number;
  /** Per token of a packed row, including padding. */
  readonly trainToken: number;
  readonly scoreToken: number;
  readonly promptToken: number;
  readonly newToken: number;
}

/**
 * Times for loading the language identification and for judging a response with it: from 0.17 ms for 30
 * characters to 0.7 ms for 350, measured on the starter's 1,680 rows in 12 languages (0.7 to 0.9 s in total).
 */
const [identificationSeconds, judgingSeconds] = [0.6, 0.0003];

/** Cost of choosing a learning rate or a step: the number of trainings, and what is scored for each. */
export interface Repeated {
  readonly trainings: number;
  readonly scoredPositions: number;
}

/** Tokens of all packed rows of one training, including padding. */
export function positionsOf({
  epochs,
  rowsPerMicroBatch,
  rowLength,
}: Pick<TrainingPlan, "epochs" | "rowsPerMicroBatch" | "rowLength">): number {
  return epochs.flat(2).length * rowsPerMicroBatch * rowLength;
}

/** @param positions Positions of training, as counted by `positionsOf`. */
export function predictSeconds(
  rates: Rates,
  positions: number,
  evaluation: EvaluationSize,
  { trainings, scoredPositions }: Repeated = { trainings: 1, scoredPositions: 0 },
): number {
  const { load, trainToken, scoreToken, promptToken, newToken } = rates;
  return (
    load +
    trainings * (positions * trainToken + scoredPositions * scoreToken) +
    evaluation.scoredPositions * scoreToken +
    evaluation.promptTokens * promptToken +
    evaluation.responseTokens * newToken +
    (evaluation.rows === 0 ? 0 : identificationSeconds + evaluation.rows * judgingSeconds)
  );
}

/**
 * Cost of scoring relative to training. With LoRA, the backward pass is another product with each weight, and
 * attention and gates are computed twice; with full training it is two products.
 */
export const scoringShare: Readonly<Record<TrainingMethod, number>> = { lora: 0.45, full: 1 / 3 };

/** Shares of the matrix product rate that training and prompts reach, and that generation reaches. */
const trainingShare = 0.6;
const generationShare = 0.2;
const roughLoadSeconds = 3;

/**
 * Estimates times from operations and the machine's rate, for models that can't be measured. A product with W
 * weights takes 2W operations forward, 2W for the gradient of its input and, if all weights are trained, 2W
 * for their own.
 * @param gemmRate Floating-point operations per second in float32.
 */
export function roughRates(config: DecoderConfig, method: TrainingMethod, gemmRate: number): Rates {
  const { layers, head } = matrixValues(config);
  const passes = method === "full" ? 3 : 2;
  const trainToken = (2 * passes * (layers + head)) / (gemmRate * trainingShare);
  return {
    load: roughLoadSeconds,
    trainToken,
    scoreToken: trainToken * scoringShare[method],
    promptToken: (2 * layers) / (gemmRate * trainingShare),
    newToken: (2 * (layers + head)) / (gemmRate * generationShare),
  };
}
