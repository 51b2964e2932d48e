// Mistral: Llama with a sliding window in every layer.
import { type Architecture, everyLayer } from "./architecture.ts";
import { llamaShaped } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

/** Of files that don't name `sliding_window`; null in a file means none. */
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
