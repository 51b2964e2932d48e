// Performs one optimizer step at a time: forward and backward passes over micro-batches, gradient
// accumulation, AdamW.

import type { Tensor } from "onnxruntime-node";
import type { LossWeight } from "../../core/mixture/mixtureFile.ts";
import type { DecoderConfig } from "../../graph/nn/decoder.ts";
import { trainingGraph } from "../../graph/nn/training.ts";
import { trainables, type WeightPlan } from "../../graph/nn/weights.ts";
import { encodeModel } from "../../graph/onnx/encode.ts";
import { type Device, float32Of, Session, tensor } from "../ort/session.ts";
import { AdamW, type OptimizerSettings } from "./adamw.ts";
import { keyStartsOf, type PackedBatch } from "./packing.ts";
import { Parameters } from "./parameters.ts";
import type { StateSnapshot, TrainingState } from "./trainingState.ts";

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
  readonly optimizer: OptimizerSettings;
  readonly device: Device;
  /** Stores the graph next to its weights and returns its path. Omit it if the graph needs no files. */
  readonly store?: (model: Uint8Array) => string;
}

export interface StepResult {
  /**
   * Mean over the step's response tokens, in nats; with `lossWeight: example`, mean over the means of its
   * examples.
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

/** Memory for one set of gradients, and the graph outputs that write to it. */
interface GradientTarget {
  readonly flat: Float32Array;
  readonly outputs: Readonly<Record<string, Tensor | null>>;
}

export class Trainer implements StepTrainer {
  private readonly direct: GradientTarget;
  /** Buffer for later micro-batches of a step before they are added; allocated on first use. */
  private scratch: GradientTarget | null = null;

  private constructor(
    readonly parameters: Parameters,
    readonly optimizer: AdamW,
    private readonly session: Session,
    private readonly options: Pick<TrainerOptions, "rowLength" | "lossWeight">,
  ) {
    this.direct = this.targetOver(parameters.gradients);
  }

  static async create(options: TrainerOptions): Promise<Trainer> {
    const { config, plan, rowLength, device, store } = options;
    const parameters = new Parameters(trainables(config, plan));
    const { rows, recomputation } = options;
    const weighted = options.lossWeight === "example";
    const graph = trainingGraph(config, plan, rowLength, { rows, recomputation, weighted });
    const model = encodeModel(graph, "training");
    const session = await Session.create(store?.(model) ?? model, device, { asWritten: device === "cpu" });
    // Gradients arrive on the host: sending them to a device and back would cost more than the update.
    const optimizer = await AdamW.create(parameters, options.optimizer, "cpu");
    return new Trainer(parameters, optimizer, session, options);
  }

  async step(
    batches: readonly PackedBatch[],
    learningRate: number,
    signal?: AbortSignal,
  ): Promise<StepResult> {
    const { responseTokens, lossScale } = lossSizes(batches, this.options);
    let loss = 0;
    for (const [i, batch] of batches.entries()) {
      signal?.throwIfAborted();
      loss += await this.accumulate(batch, lossScale, i === 0);
    }
    if (!Number.isFinite(loss)) return { loss, gradientNorm: Number.NaN, responseTokens };
    const gradientNorm = await this.optimizer.update(learningRate);
    return { loss, gradientNorm, responseTokens };
  }

  async snapshot(): Promise<StateSnapshot> {
    return this.held();
  }

  held(): StateSnapshot {
    const { values, mean, square } = this.parameters;
    return { values, mean, square, step: this.optimizer.step };
  }

  async restore(state: StateSnapshot): Promise<void> {
    this.parameters.values.set(state.values);
    this.parameters.mean.set(state.mean);
    this.parameters.square.set(state.square);
    this.optimizer.step = state.step;
  }

  async release(): Promise<void> {
    await this.session.release();
    await this.optimizer.release();
  }

  /**
   * Adds the gradients of one micro-batch (or replaces them, if it is the first). Returns its share of the
   * loss.
   */
  private async accumulate(batch: PackedBatch, lossScale: number, first: boolean): Promise<number> {
    const { parameters } = this;
    if (!first) this.scratch ??= this.targetOver(new Float32Array(parameters.size));
    const target = first || this.scratch === null ? this.direct : this.scratch;
    const feeds = {
      ...parameters.feeds,
      ...trainingFeeds(batch, this.options),
      lossScale: tensor(Float32Array.of(lossScale), []),
    };
    const result = await this.session.run(feeds, target.outputs);
    if (target !== this.direct) addTo(parameters.gradients, target.flat);
    return float32Of(result.loss, "loss")[0] ?? Number.NaN;
  }

  private targetOver(flat: Float32Array): GradientTarget {
    return { flat, outputs: { loss: null, ...this.parameters.tensorsOver(flat, name => `grad:${name}`) } };
  }
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

function addTo(sum: Float32Array, term: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (term[i] as number);
}
