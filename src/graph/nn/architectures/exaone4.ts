// EXAONE 4: norms behind both halves of a block and in each head; where some layers have a window, the others
// do not rotate.
import { type Architecture, layersOfTwoKinds } from "./architecture.ts";
import { llamaShaped, normsBehind } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const exaone4: Architecture = {
  name: "Exaone4ForCausalLM",
  modelType: "exaone4",
  decoder: config => {
    const decoder = llamaShaped(config, { normEpsilon: 1e-5 });
    const rotary = rotaryFields(config);
    const window = config.isNull("sliding_window") ? null : config.size("sliding_window", 4096);
    config.get("sliding_window_pattern"); // has no effect next to layer_types, where it may be "LLLG"
    const ruled = window !== null && config.get("layer_types") === undefined;
    const period = ruled ? config.size("sliding_window_pattern", 4) : 1;
    const attention = layersOfTwoKinds(config, decoder.layers, layer => (layer + 1) % period !== 0, {
      sliding: () => {
        if (window === null)
          throw config.unsupported("layer_types", ["full_attention without sliding_window"]);
        return { window, rotary };
      },
      full: { window: null, rotary: window === null ? rotary : null },
    });
    return { ...decoder, block: "behind", blockNorms: normsBehind, queryKeyNorm: "head", attention };
  },
};
