// OLMo 2: Llama with norms behind both halves of a block, and of all queries and all keys together.
import type { DecoderConfig } from "../decoderConfig.ts";
import { type Architecture, activation, attentionLinears, everyLayer, sizes } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaDecoder, normsBehind } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const olmo2: Architecture = {
  name: "Olmo2ForCausalLM",
  modelType: "olmo2",
  decoder: config => {
    const decoder = olmoDecoder(config);
    return {
      ...decoder,
      attention: everyLayer(decoder.layers, { window: null, rotary: rotaryFields(config) }),
    };
  },
};

/** Decoder configuration shared by OLMo 2 and 3, except for the attention of their layers. */
export function olmoDecoder(config: ConfigFields): DecoderConfig {
  const size = sizes(config, { tiedEmbeddings: false });
  return {
    ...llamaDecoder(size, config.positive("rms_norm_eps", 1e-5), null),
    block: "behind",
    blockNorms: normsBehind,
    queryKeyNorm: "all",
    biases: config.flag("attention_bias", false) ? attentionLinears : [],
    activation: activation(config, "hidden_act", "silu"),
  };
}
