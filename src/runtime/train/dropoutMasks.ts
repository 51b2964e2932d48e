// Masks of dropout on the inputs of adapters, by their place in the training: a resumed run repeats them.
import { hash32 } from "../../common/random.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { maskInputs } from "../../graph/nn/dropout.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { tensor } from "../ort/session.ts";

export interface DropoutOptions {
  /** Share of elements that are dropped. */
  readonly rate: number;
  readonly seed: number;
}

/** @param seed Seed of the run. */
export function dropoutOf(
  { method, lora }: Pick<TrainingSpec, "method" | "lora">,
  seed: number,
): DropoutOptions | undefined {
  return method === "full" || lora.dropout === undefined ? undefined : { rate: lora.dropout, seed };
}

export class DropoutMasks {
  /** Mask of each layer, used for each micro-batch in turn: whole words of its bits. */
  readonly #masks: {
    readonly name: string;
    readonly bytesPerToken: number;
    bits: Uint32Array<ArrayBuffer>;
  }[];

  /** @param options If omitted, the graph has no inputs for masks. */
  constructor(
    private readonly options: DropoutOptions | undefined,
    config: DecoderConfig,
    plan: WeightPlan,
  ) {
    const inputs = options === undefined ? [] : [...maskInputs(config, plan).values()];
    this.#masks = inputs.map(input => ({ ...input, bits: new Uint32Array(0) }));
  }

  /**
   * Inputs with the masks of one micro-batch.
   * @param tokens Number of tokens, padding included.
   * @param step Number of the optimizer step, from 1.
   * @param part Index of the micro-batch within the step.
   */
  feeds(tokens: number, step: number, part: number) {
    if (this.options === undefined) return {};
    const { rate, seed } = this.options;
    return Object.fromEntries(
      this.#masks.map((mask, layer) => {
        const { name, bytesPerToken } = mask;
        const words = Math.ceil((tokens * bytesPerToken) / Uint32Array.BYTES_PER_ELEMENT);
        if (mask.bits.length !== words) mask.bits = new Uint32Array(words);
        drawBits(mask.bits, rate, [seed, step, part, layer]);
        const bytes = new Uint8Array(mask.bits.buffer, 0, tokens * bytesPerToken);
        return [name, tensor(bytes, [tokens, bytesPerToken])];
      }),
    );
  }
}

/** Numbers that are drawn before the first that counts, so that the seeds have mixed. */
const mixing = 12;

/**
 * Sets each bit with the probability `rate`, to 32 binary digits. Random words are the next digits of 32 uniform
 * numbers, which are compared with those of the rate until all differ: after about seven words. They come from sfc32
 * (Chris Doty-Humphrey, public domain), because a training takes more of them than Mulberry32 has. It is written out
 * here, because calling it for each word takes most of the time.
 */
function drawBits(bits: Uint32Array, rate: number, place: readonly number[]): void {
  const text = place.join("\u0000");
  let a = hash32(`dropout a\u0000${text}`) | 0;
  let b = hash32(`dropout b\u0000${text}`) | 0;
  let c = hash32(`dropout c\u0000${text}`) | 0;
  let counter = 1;
  const digits = Math.min(Math.round(rate * 2 ** 32), 2 ** 32 - 1);
  for (let i = -1; i < bits.length; i++) {
    let below = 0;
    let equal = -1;
    for (let digit = i < 0 ? mixing - 1 : 31; digit >= 0 && equal !== 0; digit--) {
      const word = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + word) | 0;
      if (i < 0) continue;
      if ((digits >>> digit) & 1) {
        below |= equal & ~word;
        equal &= word;
      } else equal &= ~word;
    }
    if (i >= 0) bits[i] = below;
  }
}
