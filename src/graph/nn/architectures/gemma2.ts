// Gemma 2: scaled embeddings, norms before and after each half of a block, soft caps on scores and logits, and
// windows in every other layer.
import type { DecoderConfig } from "../decoderConfig.ts";
import {
  type Architecture,
  activation,
  attentionLinears,
  type DecoderSizes,
  layersOfTwoKinds,
  sizes,
} from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaDecoder } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const gemma2: Architecture = {
  name: "Gemma2ForCausalLM",
  modelType: "gemma2",
  neutral: ["hidden_act"], // hidden_activation is read instead
  decoder: config => {
    const decoder = gemmaDecoder(config);
    const rotary = rotaryFields(config);
    const attention = layersOfTwoKinds(config, decoder.layers, layer => layer % 2 === 0, {
      sliding: () => {
        if (config.isNull("sliding_window"))
          throw config.unsupported("layer_types", ["full_attention without sliding_window"]);
        return { window: config.size("sliding_window", 4096), rotary };
      },
      full: { window: null, rotary },
    });
    return {
      ...decoder,
      attention,
      attentionSoftCap: softCapOf(config, "attn_logit_softcapping", 50),
      logitSoftCap: softCapOf(config, "final_logit_softcapping", 30),
    };
  },
};

/** Null in a file means no cap, and an absent field the cap of the released models. */
function softCapOf(config: ConfigFields, key: string, released: number): number | null {
  return config.isNull(key) ? null : config.positive(key, released);
}

/** Decoder configuration shared by Gemma 2 and 3, except for the attention of their layers. */
export function gemmaDecoder(config: ConfigFields): DecoderConfig {
  config.only("use_bidirectional_attention", false);
  return {
    ...gemmaBlocks(config, sizes(config, { headSize: 256, tiedEmbeddings: true })),
    norm: "rmsPlusOne",
    attentionScale: 1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)),
  };
}

/** Blocks of all Gemma models since Gemma 2. */
export function gemmaBlocks(config: ConfigFields, size: DecoderSizes): DecoderConfig {
  return {
    ...llamaDecoder(size, config.positive("rms_norm_eps", 1e-6), null),
    embeddingScale: Math.fround(Math.sqrt(size.hiddenSize)), // rounded to float32, as transformers does
    block: "sandwich",
    blockNorms: [
      "input_layernorm",
      "post_attention_layernorm",
      "pre_feedforward_layernorm",
      "post_feedforward_layernorm",
    ],
    biases: config.flag("attention_bias", false) ? attentionLinears : [],
    activation: activation(config, "hidden_activation", "gelu_pytorch_tanh"),
  };
}
