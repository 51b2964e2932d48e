// Mistral: Llama with a sliding window in every layer, or in those that the file names.
import { type Architecture, layersOfTwoKinds } from "./architecture.ts";
import { llamaShaped } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

/** Window of files that omit `sliding_window`. An explicit null means no window. */
const defaultWindow = 4096;

export const mistral: Architecture = {
  name: "MistralForCausalLM",
  modelType: "mistral",
  decoder: config => {
    const decoder = llamaShaped(config);
    const rotary = rotaryFields(config);
    const window = config.isNull("sliding_window") ? null : config.size("sliding_window", defaultWindow);
    const attention = layersOfTwoKinds(config, decoder.layers, () => window !== null, {
      sliding: () => {
        if (window === null)
          throw config.unsupported("layer_types", ["full_attention without sliding_window"]);
        return { window, rotary };
      },
      full: { window: null, rotary },
    });
    return { ...decoder, attention };
  },
};
