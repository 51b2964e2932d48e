// What a generator is made with, and what each request asks of it.
import type { DecoderConfig } from "../../graph/nn/decoder.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import type { Device, Feeds } from "../ort/session.ts";

export interface GeneratorOptions {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  /** Adapters or weights, by input name; `GenerationRequest.parameters` replaces them. */
  readonly parameters: Feeds;
  readonly device: Device;
  readonly store?: (model: Uint8Array) => string;
  /** Longest prompt plus new tokens. */
  readonly maxPositions: number;
  /** Most rows at a time; fewer where the cache would outgrow its memory. */
  readonly slots?: number;
  readonly threads?: number;
  /** Tokens of prompts that enter in one call, filler included: bounds the memory of activations. */
  readonly prefillTokens?: number;
}

export interface GenerationRequest {
  readonly maxNewTokens: number;
  readonly stopIds: readonly number[];
  /** 0 = greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** Another adapter over the same base, of the same rank (see `fitAdapter`). */
  readonly parameters?: Feeds;
  readonly signal?: AbortSignal;
  /** After each prompt: prompts done so far. */
  readonly onProgress?: (done: number) => void;
  /** After each token of each prompt's response: all so far, without the stop token. */
  readonly onToken?: (prompt: number, ids: readonly number[]) => void;
}
