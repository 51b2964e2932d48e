// Gemma 3 text models: scaled embeddings, norms before and after each block, local layers between global
// ones.
import type { LayerAttention } from "../decoderConfig.ts";
import { type Architecture, activation, attentionLinears, layersOfTwoKinds, sizes } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { rotaryByKind } from "./rotaryFields.ts";

export const gemma3: Architecture = {
  name: "Gemma3ForCausalLM",
  modelType: "gemma3_text",
  neutral: ["hidden_act"], // hidden_activation is read instead
  decoder: config => {
    config.absent("attn_logit_softcapping", "final_logit_softcapping");
    config.only("use_bidirectional_attention", false);
    const size = sizes(config, { headSize: 256, tiedEmbeddings: true });
    return {
      ...size,
      embeddingScale: Math.fround(Math.sqrt(size.hiddenSize)), // rounded to float32, as transformers does
      block: "sandwich",
      residualScale: 1,
      norm: "rmsPlusOne",
      sequentialNorms: ["input_layernorm", "post_attention_layernorm"],
      normEpsilon: config.positive("rms_norm_eps", 1e-6),
      attention: gemmaAttention(config, size.layers),
      attentionScale: 1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)),
      queryKeyNorm: "head",
      biases: config.flag("attention_bias", false) ? attentionLinears : [],
      activation: activation(config, "hidden_activation", "gelu_pytorch_tanh"),
      logitScale: 1,
    };
  },
};

/**
 * Local layers have their own window and rotary base; scaling applies to the global ones, by default every
 * sixth layer.
 */
function gemmaAttention(config: ConfigFields, layers: number): LayerAttention[] {
  const rotary = rotaryByKind(config, {
    full: { key: "rope_theta", theta: 1_000_000 },
    sliding: { key: "rope_local_base_freq", theta: 10_000 },
  });
  const period = config.size("sliding_window_pattern", 6);
  return layersOfTwoKinds(config, layers, layer => (layer + 1) % period !== 0, {
    sliding: () => ({ window: config.size("sliding_window", 4096), rotary: rotary.sliding }),
    full: { window: null, rotary: rotary.full },
  });
}
