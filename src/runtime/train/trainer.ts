// One optimizer step at a time: micro-batches forward and backward, gradients accumulated, AdamW.

import type { Tensor } from "onnxruntime-node";
import type { LossWeight } from "../../core/mixture/mixtureFile.ts";
import type { DecoderConfig } from "../../graph/nn/decoder.ts";
import { trainingGraph } from "../../graph/nn/training.ts";
import { trainables, type WeightPlan } from "../../graph/nn/weights.ts";
import { encodeModel } from "../../graph/onnx/encode.ts";
import { keyStartsOf, type PackedBatch } from "../data/packing.ts";
import { type Device, float32Of, Session, tensor } from "../ort/session.ts";
import { AdamW, type OptimizerSettings } from "./adamw.ts";
import { Parameters } from "./parameters.ts";
import type { StateSnapshot, TrainingState } from "./trainingState.ts";

export interface TrainerOptions {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  /** Tokens in a packed row. */
  readonly rowLength: number;
  /** Rows of every micro-batch; absent: any number, see `TrainingGraphOptions`. */
  readonly rows?: number;
  /** Computes layers again for their gradients instead of keeping what they computed. */
  readonly checkpointing?: boolean;
  /** What the loss is a mean over; absent: tokens. */
  readonly lossWeight?: LossWeight | undefined;
  readonly optimizer: OptimizerSettings;
  readonly device: Device;
  /** Stores the graph beside its weights and gives its path; absent: the graph needs no files. */
  readonly store?: (model: Uint8Array) => string;
}

export interface StepResult {
  /** Mean over the step's response tokens, nats; with `lossWeight: example` over its examples' own means. */
  readonly loss: number;
  /** Global L2 norm before clipping. */
  readonly gradientNorm: number;
  readonly responseTokens: number;
}

/** What trains a model step by step, wherever its state lies. */
export interface StepTrainer extends TrainingState {
  /** `values` and both moments are those of the last `snapshot`, or what was put into them before the first step. */
  readonly parameters: Parameters;
  /**
   * Micro-batches of one optimizer step; the loss is the mean over all of them.
   * @param signal Looked at before each micro-batch: aborted, it throws its reason, and the state stays that of the step
   *   before.
   */
  step(batches: readonly PackedBatch[], learningRate: number, signal?: AbortSignal): Promise<StepResult>;
  release(): Promise<void>;
}

/** Memory for one set of gradients, and the graph's outputs that write into it. */
interface GradientTarget {
  readonly flat: Float32Array;
  readonly outputs: Readonly<Record<string, Tensor | null>>;
}

export class Trainer implements StepTrainer {
  private readonly direct: GradientTarget;
  /** Where later micro-batches of a step go before they are added; made when first needed. */
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
    const { rows, checkpointing } = options;
    const weighted = options.lossWeight === "example";
    const graph = trainingGraph(config, plan, rowLength, { rows, checkpointing, weighted });
    const model = encodeModel(graph, "training");
    const session = await Session.create(store?.(model) ?? model, device, { asWritten: device === "cpu" });
    // Gradients come to the host: taking them to a device and back would cost more than the update.
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

  /** Adds the gradients of one micro-batch (or starts anew); returns its share of the loss. */
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

/** What a step's loss is divided by, and what is reported beside it. */
export function lossSizes(
  batches: readonly PackedBatch[],
  { lossWeight }: Pick<TrainerOptions, "lossWeight">,
): { readonly responseTokens: number; readonly lossScale: number } {
  const responseTokens = batches.reduce((sum, batch) => sum + batch.targets.length, 0);
  const examples = batches.reduce((sum, batch) => sum + batch.examples, 0);
  return { responseTokens, lossScale: 1 / (lossWeight === "example" ? examples : responseTokens) };
}

/** The inputs that describe a packed batch to the training graph. */
export function trainingFeeds(
  batch: PackedBatch,
  { rowLength, lossWeight }: Pick<TrainerOptions, "rowLength" | "lossWeight">,
) {
  const feeds = batchFeeds(batch, rowLength);
  if (lossWeight !== "example") return feeds;
  return { ...feeds, lossWeights: tensor(batch.lossWeights, [batch.lossWeights.length]) };
}

/** The inputs that describe a packed batch to the training and scoring graphs. */
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
