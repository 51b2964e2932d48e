// Performs one optimizer step at a time: forward and backward passes over micro-batches, gradient
// accumulation, AdamW. Its state is in the memory of the host.

import type { Tensor } from "onnxruntime-node";
import { trainingGraph } from "../../graph/nn/training.ts";
import { trainables } from "../../graph/nn/weights.ts";
import { encodeModel } from "../../graph/onnx/encode.ts";
import { float32Of, Session, tensor } from "../ort/session.ts";
import { AdamW } from "./adamw.ts";
import { DropoutMasks } from "./dropoutMasks.ts";
import { EmbeddingNoise } from "./embeddingNoise.ts";
import type { PackedBatch } from "./packing.ts";
import { Parameters } from "./parameters.ts";
import {
  graphOptions,
  lossSizes,
  type StepResult,
  type StepTrainer,
  type TrainerOptions,
  trainingFeeds,
} from "./trainer.ts";
import type { StateSnapshot } from "./trainingState.ts";

/** Memory for one set of gradients, and the graph outputs that write to it. */
interface GradientTarget {
  readonly flat: Float32Array;
  readonly outputs: Readonly<Record<string, Tensor | null>>;
}

export class HostTrainer implements StepTrainer {
  private readonly direct: GradientTarget;
  /** Buffer for later micro-batches of a step before they are added; allocated on first use. */
  private scratch: GradientTarget | null = null;

  private constructor(
    readonly parameters: Parameters,
    readonly optimizer: AdamW,
    private readonly session: Session,
    private readonly options: Pick<TrainerOptions, "rowLength" | "lossWeight">,
    private readonly noise: EmbeddingNoise,
    private readonly dropout: DropoutMasks,
  ) {
    this.direct = this.targetOver(parameters.gradients);
  }

  static async create(options: TrainerOptions): Promise<HostTrainer> {
    const { config, plan, rowLength, device, store } = options;
    const parameters = new Parameters(trainables(config, plan));
    const graph = trainingGraph(config, plan, rowLength, graphOptions(options));
    const model = encodeModel(graph, "training");
    const session = await Session.create(store?.(model) ?? model, device, { asWritten: device === "cpu" });
    // Gradients arrive on the host: sending them to a device and back would cost more than the update.
    const optimizer = await AdamW.create(parameters, options.optimizer, "cpu");
    const noise = new EmbeddingNoise(options.noise, config.hiddenSize);
    const dropout = new DropoutMasks(options.dropout, config, plan);
    return new HostTrainer(parameters, optimizer, session, options, noise, dropout);
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
      loss += await this.accumulate(batch, lossScale, i);
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
   * @param part Index of the micro-batch within the step.
   */
  private async accumulate(batch: PackedBatch, lossScale: number, part: number): Promise<number> {
    const first = part === 0;
    const { parameters } = this;
    if (!first) this.scratch ??= this.targetOver(new Float32Array(parameters.size));
    const target = first || this.scratch === null ? this.direct : this.scratch;
    const feeds = {
      ...parameters.feeds,
      ...trainingFeeds(batch, this.options),
      ...this.noise.feeds(batch, this.optimizer.step + 1, part),
      ...this.dropout.feeds(batch.inputIds.length, this.optimizer.step + 1, part),
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

function addTo(sum: Float32Array, term: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (term[i] as number);
}
