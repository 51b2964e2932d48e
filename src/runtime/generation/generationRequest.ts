// Options of a generator and of its requests.
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import type { Device, Feeds } from "../ort/session.ts";

export interface GeneratorOptions {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  /** Adapters or weights by input name, which `GenerationRequest.parameters` can override. */
  readonly parameters: Feeds;
  readonly device: Device;
  readonly store?: (model: Uint8Array) => string;
  /** Maximum length of a prompt plus its new tokens. */
  readonly maxPositions: number;
  /** Maximum number of rows at a time; fewer are used if the cache would exceed its memory limit. */
  readonly slots?: number;
  readonly threads?: number;
  /** Prompt tokens that enter in one call, including padding: limits the memory of activations. */
  readonly prefillTokens?: number;
}

export interface GenerationRequest {
  readonly maxNewTokens: number;
  readonly stopIds: readonly number[];
  /** 0 means greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** Another adapter for the same base model, with the same rank (see `fitAdapter`). */
  readonly parameters?: Feeds;
  readonly signal?: AbortSignal;
  /** Called after each prompt with the number of prompts completed. */
  readonly onProgress?: (done: number) => void;
  /** Called after each token of a response with all of its tokens so far, excluding the stop token. */
  readonly onToken?: (prompt: number, ids: readonly number[]) => void;
}
