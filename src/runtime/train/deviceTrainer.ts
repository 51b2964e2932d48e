// Trains on a WebGPU device: weights, optimizer state and gradients stay there, batches go in and losses come
// out.
import type { Tensor } from "onnxruntime-node";
import {
  deviceStepModel,
  type StateKind,
  type StatePiece,
  type StepScalars,
  stateInput,
  stateKinds,
  stateOutput,
  statePieces,
  stepScalars,
} from "../../graph/nn/deviceStep.ts";
import { trainingGraph } from "../../graph/nn/training.ts";
import { trainables } from "../../graph/nn/weights.ts";
import { DeviceReader } from "../ort/deviceReader.ts";
import { supportsFloat16 } from "../ort/float16.ts";
import { float32Of, Session, tensor } from "../ort/session.ts";
import type { OptimizerSettings } from "./adamw.ts";
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

/** State by input name: in host memory before the first step, on the device from then on. */
type DeviceState = ReadonlyMap<string, Tensor>;

/** Scalars for a micro-batch that only adds to the gradient sum: AdamW returns its inputs unchanged. */
const unchanged = { beta1: 1, gain1: 0, beta2: 1, gain2: 0, decay: 0, rate: 0, root: 1 } as const;

export class DeviceTrainer implements StepTrainer {
  /** Number of optimizer updates done. */
  #steps = 0;
  #state: DeviceState | null = null;

  private constructor(
    readonly parameters: Parameters,
    private readonly pieces: readonly StatePiece[],
    private readonly session: Session,
    private readonly reader: DeviceReader,
    private readonly options: Pick<TrainerOptions, "rowLength" | "lossWeight">,
    private readonly settings: OptimizerSettings,
    private readonly noise: EmbeddingNoise,
    private readonly dropout: DropoutMasks,
  ) {}

  /** @param float16 Whether float16 weights keep their type; by default if the device supports it. */
  static async create(options: TrainerOptions, float16?: boolean): Promise<DeviceTrainer> {
    const { config, plan, rowLength, device, store, optimizer } = options;
    const trained = trainables(config, plan);
    const pieces = statePieces(trained);
    const graph = trainingGraph(config, plan, rowLength, graphOptions(options));
    const { keeps, widens } = await precisionOf(options, float16);
    const model = deviceStepModel(graph, trained, { ...optimizer, float16: keeps });
    const outputs = pieces.flatMap((_, i) => stateKinds.map(kind => stateOutput(kind, i)));
    const session = await Session.create(store?.(model) ?? model, device, {
      onDevice: device === "webgpu" ? outputs : [], // the others return outputs only to the host
      asWritten: true,
      foldWeights: widens,
    });
    const reader = await DeviceReader.create(device);
    const noise = new EmbeddingNoise(options.noise, config.hiddenSize);
    const dropout = new DropoutMasks(options.dropout, config, plan);
    return new DeviceTrainer(
      new Parameters(trained),
      pieces,
      session,
      reader,
      options,
      optimizer,
      noise,
      dropout,
    );
  }

  async step(
    batches: readonly PackedBatch[],
    learningRate: number,
    signal?: AbortSignal,
  ): Promise<StepResult> {
    const { responseTokens, lossScale } = lossSizes(batches, this.options);
    const last = batches.length - 1;
    let loss = 0;
    let gradientNorm = Number.NaN;
    for (const [i, batch] of batches.entries()) {
      signal?.throwIfAborted();
      const update = i === last ? this.#update(learningRate) : unchanged;
      const outputs = await this.#run(batch, lossScale, { ...update, accumulate: i === 0 ? 0 : 1 }, i);
      loss += float32Of(outputs.loss, "loss")[0] ?? Number.NaN;
      gradientNorm = float32Of(outputs.gradientNorm, "gradientNorm")[0] ?? Number.NaN;
    }
    this.#steps++;
    return { loss, gradientNorm, responseTokens };
  }

  async snapshot(): Promise<StateSnapshot> {
    const { values, mean, square } = this.parameters;
    if (this.#state !== null) {
      await this.#read(this.#state, "p", values);
      await this.#read(this.#state, "m", mean);
      await this.#read(this.#state, "v", square);
    }
    return { values, mean, square, step: this.#steps };
  }

  held(): null {
    return null;
  }

  async restore(state: StateSnapshot): Promise<void> {
    this.parameters.values.set(state.values);
    this.parameters.mean.set(state.mean);
    this.parameters.square.set(state.square);
    this.#steps = state.step;
    dispose(this.#state);
    this.#state = null;
  }

  async release(): Promise<void> {
    dispose(this.#state);
    this.#state = null;
    await this.reader.release();
    await this.session.release();
  }

  #update(learningRate: number): Omit<StepScalars, "accumulate"> {
    const { betas, weightDecay } = this.settings;
    const [beta1, beta2] = betas;
    const step = this.#steps + 1;
    return {
      beta1,
      gain1: 1 - beta1,
      beta2,
      gain2: 1 - beta2,
      decay: learningRate * weightDecay,
      rate: learningRate / (1 - beta1 ** step),
      root: 1 / Math.sqrt(1 - beta2 ** step),
    };
  }

  async #run(
    batch: PackedBatch,
    lossScale: number,
    scalars: StepScalars,
    part: number,
  ): Promise<Record<string, Tensor>> {
    const state = this.#state ?? this.#upload();
    const outputs = await this.session.run({
      ...Object.fromEntries(state),
      ...trainingFeeds(batch, this.options),
      ...this.noise.feeds(batch, this.#steps + 1, part),
      ...this.dropout.feeds(batch.inputIds.length, this.#steps + 1, part),
      ...Object.fromEntries(stepScalars.map(name => [name, scalar(scalars[name])])),
      lossScale: scalar(lossScale),
    });
    const next = new Map<string, Tensor>();
    for (const [i] of this.pieces.entries())
      for (const kind of stateKinds) next.set(stateInput(kind, i), present(outputs, stateOutput(kind, i)));
    dispose(this.#state);
    this.#state = next;
    return outputs;
  }

  /** Returns the host's parameters and moments in the layout of the pieces. */
  #upload(): DeviceState {
    const { values, mean, square } = this.parameters;
    const from = { p: values, m: mean, v: square, sum: null };
    const state = new Map<string, Tensor>();
    for (const [i, piece] of this.pieces.entries()) {
      for (const kind of stateKinds) {
        const data = new Float32Array(piece.size);
        const flat = from[kind];
        if (flat !== null)
          for (const { name, at } of piece.slots) data.set(this.parameters.view(flat, name), at);
        state.set(stateInput(kind, i), tensor(data, [piece.size]));
      }
    }
    return state;
  }

  async #read(state: DeviceState, kind: StateKind, into: Float32Array): Promise<void> {
    for (const [i, piece] of this.pieces.entries()) {
      const data = await this.reader.read(present(Object.fromEntries(state), stateInput(kind, i)));
      for (const { name, at } of piece.slots) {
        const view = this.parameters.view(into, name);
        view.set(data.subarray(at, at + view.length));
      }
    }
  }
}

/**
 * Determines the precision of weights. On devices that compute in float16, float16 weights keep their type in
 * memory and are widened where they are used, so that products are summed in float32. bfloat16, in which no
 * adapter computes, is widened once at load time, as is everything if float16 is not supported.
 */
async function precisionOf(
  { plan, device }: TrainerOptions,
  float16?: boolean,
): Promise<{ keeps: boolean; widens: boolean }> {
  const types = new Set(plan.kind === "full" ? [] : [...plan.stored.values()].map(({ dtype }) => dtype));
  const keeps = types.has("float16") && (float16 ?? (await supportsFloat16(device)));
  return { keeps, widens: types.has("bfloat16") || (types.has("float16") && !keeps) };
}

function dispose(state: DeviceState | null): void {
  for (const value of state?.values() ?? []) value.dispose();
}

function present(tensors: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const value = tensors[name];
  if (value === undefined) throw new Error(`the graph gave no ${name}`);
  return value;
}

function scalar(x: number): Tensor {
  return tensor(Float32Array.of(x), []);
}
