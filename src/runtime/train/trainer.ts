// Trainers as the training loop sees them, and what the two of them share: options, feeds, loss sizes.

import type { LossWeight } from "../../core/mixture/mixtureFile.ts";
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import type { TrainingGraphOptions } from "../../graph/nn/training.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { type Device, tensor } from "../ort/session.ts";
import type { OptimizerSettings } from "./adamw.ts";
import type { DropoutOptions } from "./dropoutMasks.ts";
import type { NoiseOptions } from "./embeddingNoise.ts";
import { keyStartsOf, type PackedBatch } from "./packing.ts";
import type { Parameters } from "./parameters.ts";
import type { TrainingState } from "./trainingState.ts";

export interface TrainerOptions {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  /** Number of tokens in a packed row. */
  readonly rowLength: number;
  /** Number of rows of every micro-batch. If omitted, any number; see `TrainingGraphOptions`. */
  readonly rows?: number;
  /** Recomputes layers for their gradients instead of keeping their results. */
  readonly recomputation?: boolean;
  /** Unit over which the loss is averaged; tokens by default. */
  readonly lossWeight?: LossWeight | undefined;
  /** Noise on embeddings; none by default. */
  readonly noise?: NoiseOptions | undefined;
  /** Dropout of the inputs of adapters; none by default. */
  readonly dropout?: DropoutOptions | undefined;
  /** Label smoothing of what is minimised; none by default. */
  readonly smoothing?: number | undefined;
  readonly optimizer: OptimizerSettings;
  readonly device: Device;
  /** Stores the graph next to its weights and returns its path. Omit it if the graph needs no files. */
  readonly store?: (model: Uint8Array) => string;
}

export interface StepResult {
  /**
   * Mean over the step's response tokens, in nats, without label smoothing; with `lossWeight: example`, mean
   * over the means of its examples.
   */
  readonly loss: number;
  /** Global L2 norm before clipping. */
  readonly gradientNorm: number;
  readonly responseTokens: number;
}

/** Trains a model step by step, wherever the state is stored. */
export interface StepTrainer extends TrainingState {
  /** `values` and both moments are those of the last `snapshot`, or those set before the first step. */
  readonly parameters: Parameters;
  /**
   * Runs the micro-batches of one optimizer step. The loss is the mean over all of them.
   * @param signal Checked before each micro-batch: if aborted, its reason is thrown and the state remains
   * that of the previous step.
   */
  step(batches: readonly PackedBatch[], learningRate: number, signal?: AbortSignal): Promise<StepResult>;
  release(): Promise<void>;
}

/** What the training graph is built with. */
export function graphOptions(options: TrainerOptions): TrainingGraphOptions {
  const { rows, recomputation, lossWeight, noise, dropout, smoothing } = options;
  return {
    rows,
    recomputation,
    weighted: lossWeight === "example",
    noise: noise !== undefined,
    dropout: dropout?.rate,
    smoothing,
  };
}

/** Number of response tokens in a step, and the factor that turns the sum of its losses into their mean. */
export function lossSizes(
  batches: readonly PackedBatch[],
  { lossWeight }: Pick<TrainerOptions, "lossWeight">,
): { readonly responseTokens: number; readonly lossScale: number } {
  const responseTokens = batches.reduce((sum, batch) => sum + batch.targets.length, 0);
  const examples = batches.reduce((sum, batch) => sum + batch.examples, 0);
  return { responseTokens, lossScale: 1 / (lossWeight === "example" ? examples : responseTokens) };
}

/** Inputs that describe a packed batch to the training graph. */
export function trainingFeeds(
  batch: PackedBatch,
  { rowLength, lossWeight }: Pick<TrainerOptions, "rowLength" | "lossWeight">,
) {
  const feeds = batchFeeds(batch, rowLength);
  if (lossWeight !== "example") return feeds;
  return { ...feeds, lossWeights: tensor(batch.lossWeights, [batch.lossWeights.length]) };
}

/** Inputs that describe a packed batch to the training and scoring graphs. */
export function batchFeeds(batch: PackedBatch, rowLength: number) {
  const size = batch.inputIds.length;
  const rows = size / rowLength;
  const keyStarts = keyStartsOf(batch.segments, rowLength);
  return {
    ...(keyStarts.length > 1 && {
      keyStarts: tensor(BigInt64Array.from(keyStarts, BigInt), [keyStarts.length]),
    }),
    inputIds: tensor(batch.inputIds, [size]),
    positions: tensor(batch.positions, [rows, rowLength]),
    segments: tensor(batch.segments, [rows, rowLength]),
    lossRows: tensor(batch.lossRows, [batch.lossRows.length]),
    targets: tensor(batch.targets, [batch.targets.length]),
  };
}
