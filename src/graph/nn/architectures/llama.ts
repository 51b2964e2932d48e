// Llama 2 and 3, and the many models with the same structure: SmolLM2, EuroLLM, Salamandra.
import type { DecoderConfig } from "../decoder.ts";
import type { RotaryParameters } from "../rotary.ts";
import {
  type Architecture,
  activation,
  attentionLinears,
  type DecoderSizes,
  everyLayer,
  feedForwardLinears,
  sizes,
} from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { rotaryFields } from "./rotaryFields.ts";

/**
 * Baseline from which the other architectures deviate: every layer sees all earlier tokens, and nothing has a
 * bias.
 */
export function llamaDecoder(
  size: DecoderSizes,
  normEpsilon: number,
  rotary: RotaryParameters,
): DecoderConfig {
  return {
    ...size,
    embeddingScale: 1,
    block: "sequential",
    norm: "rms",
    normEpsilon,
    attention: everyLayer(size.layers, { window: null, rotary }),
    attentionScale: 1 / Math.sqrt(size.headSize),
    queryKeyNorm: false,
    biases: [],
    activation: "silu",
    logitScale: 1,
  };
}

/** Llama's structure, read from the fields that related architectures share. */
export function llamaShaped(config: ConfigFields, normEpsilon = 1e-6): DecoderConfig {
  const decoder = llamaDecoder(
    sizes(config, { tiedEmbeddings: false }),
    config.positive("rms_norm_eps", normEpsilon),
    rotaryFields(config),
  );
  return { ...decoder, activation: activation(config, "hidden_act", "silu") };
}

export const llama: Architecture = {
  name: "LlamaForCausalLM",
  modelType: "llama",
  otherTypes: ["internlm3", "iquestcoder"],
  decoder: config => ({
    ...llamaShaped(config, (config.get("model_type") ?? "llama") === "llama" ? 1e-6 : 1e-5),
    biases: [
      ...(config.flag("attention_bias", false) ? attentionLinears : []),
      ...(config.flag("mlp_bias", false) ? feedForwardLinears : []),
    ],
  }),
};
