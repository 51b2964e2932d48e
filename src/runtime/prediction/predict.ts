// Predicts a run's time from what a probe measured, or roughly from the machine's rate in matrix products.
import type { TrainingMethod } from "../../core/mixture/mixtureFile.ts";
import { type DecoderConfig, linearLayers } from "../../graph/nn/decoder.ts";
import type { TrainingPlan } from "../train/plan.ts";

/** Values of rank-r adapters on all linear layers: r · (in + out) each. */
export function loraParameters(config: DecoderConfig, rank: number): number {
  return linearLayers(config).reduce((sum, layer) => sum + rank * (layer.in + layer.out), 0);
}

/** Values of all linear layers, and of the output projection. */
export function matrixValues(config: DecoderConfig): { readonly layers: number; readonly head: number } {
  return {
    layers: linearLayers(config).reduce((sum, layer) => sum + layer.in * layer.out, 0),
    head: config.vocabularySize * config.hiddenSize,
  };
}

export interface EvaluationSize {
  readonly rows: number;
  readonly promptTokens: number;
  /** Expected tokens of all responses: of the references where there are any, else the most there may be. */
  readonly responseTokens: number;
  /** Positions that are computed to score references, filler included. */
  readonly scoredPositions: number;
}

/** What a probe measured on this model and machine; seconds. */
export interface Rates {
  /** Reading the model, building and loading the graphs. */
  readonly load: number;
  /** Per token of a packed row, filler included. */
  readonly trainToken: number;
  readonly scoreToken: number;
  readonly promptToken: number;
  readonly newToken: number;
}

/**
 * To load the language identification, and to judge a response with it: from 0.17 ms for 30 characters to 0.7 ms for
 * 350, measured over the starter's 1,680 rows in 12 languages (0.7 to 0.9 s in all).
 */
const [identificationSeconds, judgingSeconds] = [0.6, 0.0003];

/** Where a learning rate is chosen: how often the mixture is trained, and what is scored after each time. */
export interface Repeated {
  readonly trainings: number;
  readonly scoredPositions: number;
}

/** Tokens of all packed rows of one training, filler included. */
export function positionsOf({
  epochs,
  rowsPerMicroBatch,
  rowLength,
}: Pick<TrainingPlan, "epochs" | "rowsPerMicroBatch" | "rowLength">): number {
  return epochs.flat(2).length * rowsPerMicroBatch * rowLength;
}

/** @param positions Of training, as `positionsOf` counts them. */
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
 * What scoring takes of what training takes. For LoRA the way back is another product with each weight, and attention
 * and gates are computed twice; for full training it is two products.
 */
export const scoringShare: Readonly<Record<TrainingMethod, number>> = { lora: 0.45, full: 1 / 3 };

/** Share of the rate in matrix products that training and the reading of prompts reach, and that generation does. */
const trainingShare = 0.6;
const generationShare = 0.2;
const roughLoadSeconds = 3;

/**
 * Rates from operations over the machine's rate, for models that can't be probed. A product with W weights is 2W
 * forward, 2W for the gradient of its input and, where all weights are trained, 2W for their own.
 * @param gemmRate float32 operations a second.
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
