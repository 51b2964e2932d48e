// Cohere 2, Command R7B and Tiny Aya: Cohere with sliding windows in three of every four layers and no
// rotation in the fourth.
import { type Architecture, layersOfTwoKinds } from "./architecture.ts";
import { cohereDecoder } from "./cohere.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const cohere2: Architecture = {
  name: "Cohere2ForCausalLM",
  modelType: "cohere2",
  // Cohere's own names for what this architecture always does.
  neutral: [
    "layer_switch",
    "order_of_interleaved_layers",
    "position_embedding_type",
    "rotary_pct",
    "use_embedding_sharing",
    "use_gated_activation",
    "use_parallel_block",
    "use_parallel_embedding",
  ],
  decoder: config => {
    const rotary = rotaryFields(config, { interleaved: true });
    const decoder = cohereDecoder(config, rotary);
    const period = config.size("sliding_window_pattern", 4);
    const attention = layersOfTwoKinds(config, decoder.layers, layer => (layer + 1) % period !== 0, {
      sliding: () => ({ window: config.size("sliding_window", 4096), rotary }),
      full: { window: null, rotary: null },
    });
    return { ...decoder, attention };
  },
};
