// Gemma 3 text models: Gemma 2 without soft caps, with norms of queries and keys, and local layers between global
// ones that rotate otherwise.
import type { LayerAttention } from "../decoderConfig.ts";
import { type Architecture, layersOfTwoKinds } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { gemmaDecoder } from "./gemma2.ts";
import { rotaryByKind } from "./rotaryFields.ts";

export const gemma3: Architecture = {
  name: "Gemma3ForCausalLM",
  modelType: "gemma3_text",
  neutral: ["hidden_act"], // hidden_activation is read instead
  decoder: config => {
    config.absent("attn_logit_softcapping", "final_logit_softcapping");
    const decoder = gemmaDecoder(config);
    return { ...decoder, attention: gemmaAttention(config, decoder.layers), queryKeyNorm: "head" };
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
