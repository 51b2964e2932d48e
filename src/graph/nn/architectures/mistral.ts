// Mistral: Llama with a sliding window in every layer.
import { type Architecture, everyLayer } from "./architecture.ts";
import { llamaShaped } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

/** Window of files that omit `sliding_window`. An explicit null means no window. */
const defaultWindow = 4096;

export const mistral: Architecture = {
  name: "MistralForCausalLM",
  modelType: "mistral",
  decoder: config => {
    const decoder = llamaShaped(config);
    const window =
      config.values.sliding_window === null ? null : config.size("sliding_window", defaultWindow);
    return { ...decoder, attention: everyLayer(decoder.layers, { window, rotary: rotaryFields(config) }) };
  },
};
