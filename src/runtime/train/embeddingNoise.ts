// Noise on embeddings while training (NEFTune, Jain et al. 2023), by its place in the training: a resumed run
// repeats it.
import { seededRandom } from "../../common/random.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { tensor } from "../ort/session.ts";
import type { PackedBatch } from "./packing.ts";

export interface NoiseOptions {
  /** Noise is uniform in ±alpha / √(tokens of the example · size of an embedding). */
  readonly alpha: number;
  readonly seed: number;
}

/** @param seed Seed of the run. */
export function noiseOf({ neftune }: Pick<TrainingSpec, "neftune">, seed: number): NoiseOptions | undefined {
  return neftune === undefined ? undefined : { alpha: neftune, seed };
}

export class EmbeddingNoise {
  /** Memory for the noise of one micro-batch, used for each in turn. */
  #noise = new Float32Array(0);

  /** @param options If omitted, the graph has no input for noise. */
  constructor(
    private readonly options: NoiseOptions | undefined,
    private readonly hiddenSize: number,
  ) {}

  /**
   * Input with the noise of one micro-batch [B*L, hiddenSize]: drawn for its tokens in order, 0 for padding.
   * @param step Number of the optimizer step, from 1.
   * @param part Index of the micro-batch within the step.
   */
  feeds({ segments, positions }: PackedBatch, step: number, part: number) {
    if (this.options === undefined) return {};
    const { alpha, seed } = this.options;
    const { hiddenSize } = this;
    const size = segments.length * hiddenSize;
    if (this.#noise.length !== size) this.#noise = new Float32Array(size);
    const noise = this.#noise.fill(0);
    const random = seededRandom("neftune", seed, step, part);
    let from = 0;
    while (from < segments.length) {
      let to = from + 1;
      while (to < segments.length && segments[to] === segments[from] && positions[to] !== 0n) to++;
      const most = alpha / Math.sqrt((to - from) * hiddenSize);
      if (segments[from] !== 0)
        for (let i = from * hiddenSize; i < to * hiddenSize; i++) noise[i] = most * (2 * random() - 1);
      from = to;
    }
    return { embeddingNoise: tensor(noise, [segments.length, hiddenSize]) };
  }
}
