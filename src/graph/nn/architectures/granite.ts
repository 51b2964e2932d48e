// Granite 3: Llama with a factor on embeddings, attention scores, both halves of a block, and logits.
import type { DecoderConfig } from "../decoderConfig.ts";
import type { Architecture } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { biasFields, llamaShaped } from "./llama.ts";

export const granite: Architecture = {
  name: "GraniteForCausalLM",
  modelType: "granite",
  decoder: config => ({ ...graniteDecoder(config), biases: biasFields(config) }),
};

/** Decoder configuration that Granite 3 and 4 share. */
export function graniteDecoder(config: ConfigFields): DecoderConfig {
  return {
    ...llamaShaped(config),
    embeddingScale: config.positive("embedding_multiplier", 1),
    noiseIsScaled: true,
    attentionScale: config.positive("attention_multiplier", 1),
    residualScale: config.positive("residual_multiplier", 1),
    logitScale: 1 / config.positive("logits_scaling", 1),
  };
}
