// Cohere, Command R and Aya Expanse: attention and feed-forward in parallel, LayerNorm, interleaved rotation.
import type { DecoderConfig } from "../decoderConfig.ts";
import type { RotaryParameters } from "../rotary.ts";
import { type Architecture, activation, attentionLinears, sizes } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaDecoder } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const cohere: Architecture = {
  name: "CohereForCausalLM",
  modelType: "cohere",
  decoder: config => {
    config.only("use_qk_norm", false); // Command R+ normalises each head with separate weights
    return cohereDecoder(config, rotaryFields(config, { interleaved: true, theta: null }));
  },
};

/** Decoder configuration shared by both Cohere generations. */
export function cohereDecoder(config: ConfigFields, rotary: RotaryParameters): DecoderConfig {
  const size = sizes(config, { tiedEmbeddings: true });
  return {
    ...llamaDecoder(size, config.positive("layer_norm_eps", 1e-5), rotary),
    block: "parallel",
    blockNorms: ["input_layernorm"],
    norm: "layer",
    biases: config.flag("attention_bias", false) ? attentionLinears : [],
    activation: activation(config, "hidden_act", "silu"),
    logitScale: config.positive("logit_scale", 0.0625),
  };
}
