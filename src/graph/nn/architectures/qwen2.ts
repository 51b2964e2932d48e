// Qwen2 and Qwen2.5: Llama with biases on queries, keys and values, and optional sliding windows in the upper
// layers.
import type { LayerAttention } from "../decoderConfig.ts";
import { type Architecture, layersOfTwoKinds } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaShaped } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const qwen2: Architecture = {
  name: "Qwen2ForCausalLM",
  modelType: "qwen2",
  decoder: config => {
    const decoder = llamaShaped(config);
    return {
      ...decoder,
      biases: ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
      attention: qwenAttention(config, decoder.layers),
    };
  },
};

/**
 * `sliding_window` applies only with `use_sliding_window`; without `layer_types`, from layer
 * `max_window_layers` up.
 */
export function qwenAttention(config: ConfigFields, layers: number): LayerAttention[] {
  const rotary = rotaryFields(config);
  const full: LayerAttention = { window: null, rotary };
  const slides = config.flag("use_sliding_window", false) && !config.isNull("sliding_window");
  const firstSliding = config.get("max_window_layers") === 0 ? 0 : config.size("max_window_layers", 28);
  return layersOfTwoKinds(config, layers, layer => slides && layer >= firstSliding, {
    sliding: () => {
      if (!slides)
        throw config.unsupported("layer_types", ["sliding_attention with use_sliding_window true"]);
      return { window: config.size("sliding_window", 4096), rotary };
    },
    full,
  });
}
