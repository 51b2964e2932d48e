// Clipping and the AdamW update, run over the flat parameters in pieces that fit into the cache.
import { adamWModel } from "../../graph/optim/adamw.ts";
import { type Device, Session, tensor } from "../ort/session.ts";
import type { Parameters } from "./parameters.ts";

const pieceElements = 1 << 16; // 256 KiB each of value, gradient and two moments: fits a core's L2 cache

export interface OptimizerSettings {
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Maximum global L2 norm of the gradient; 0 disables clipping. */
  readonly clipNorm: number;
}

export class AdamW {
  /** Number of updates done. */
  step = 0;

  private constructor(
    private readonly session: Session,
    private readonly parameters: Parameters,
    private readonly settings: OptimizerSettings,
  ) {}

  static async create(parameters: Parameters, settings: OptimizerSettings, device: Device): Promise<AdamW> {
    const [beta1, beta2] = settings.betas;
    const model = adamWModel({ beta1, beta2, epsilon: settings.epsilon });
    return new AdamW(await Session.create(model, device), parameters, settings);
  }

  /** Applies `parameters.gradients` once. Returns their global norm before clipping. */
  async update(learningRate: number): Promise<number> {
    const { parameters, settings } = this;
    this.step++;
    const norm = Math.sqrt(sumOfSquares(parameters.gradients));
    const scale = settings.clipNorm > 0 ? Math.min(1, settings.clipNorm / (norm + 1e-6)) : 1; // as torch.nn.utils.clip_grad_norm_
    for (const { from, to, decays, rate } of parameters.ranges)
      await this.updateRange(from, to, {
        scale: scalar(scale),
        rate: scalar((rate * learningRate) / (1 - settings.betas[0] ** this.step)),
        root: scalar(1 / Math.sqrt(1 - settings.betas[1] ** this.step)),
        decay: scalar(decays ? rate * learningRate * settings.weightDecay : 0),
      });
    return norm;
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private async updateRange(
    start: number,
    end: number,
    scalars: Readonly<Record<string, ReturnType<typeof scalar>>>,
  ): Promise<void> {
    const { values, gradients, mean, square } = this.parameters;
    for (let from = start; from < end; from += pieceElements) {
      const to = Math.min(end, from + pieceElements);
      const piece = (flat: Float32Array) => tensor(flat.subarray(from, to), [to - from]);
      const [p, g, m, v] = [piece(values), piece(gradients), piece(mean), piece(square)];
      // Written in place: the last operators of the graph read and write element by element, in order.
      await this.session.run({ ...scalars, p, g, m, v }, { pOut: p, mOut: m, vOut: v });
    }
  }
}

function scalar(x: number) {
  return tensor(Float32Array.of(x), []);
}

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i] as number;
    sum += x * x;
  }
  return sum;
}
