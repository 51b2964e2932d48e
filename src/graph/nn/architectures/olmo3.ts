// OLMo 3: OLMo 2 with windows in three of every four layers; scaling applies to the fourth.
import { type Architecture, layersOfTwoKinds } from "./architecture.ts";
import { olmoDecoder } from "./olmo2.ts";
import { rotaryByKind } from "./rotaryFields.ts";

/** Base of the released models, and of layers with a window in transformers 5 if the file is an older one. */
const theta = 500_000;

export const olmo3: Architecture = {
  name: "Olmo3ForCausalLM",
  modelType: "olmo3",
  decoder: config => {
    config.only("rope_theta", theta);
    const decoder = olmoDecoder(config);
    const { full, sliding } = rotaryByKind(config, {
      full: { key: "rope_theta", theta: null },
      sliding: { key: "rope_theta", theta: null },
    });
    const attention = layersOfTwoKinds(config, decoder.layers, layer => (layer + 1) % 4 !== 0, {
      sliding: () => ({ window: config.size("sliding_window", 4096), rotary: sliding }),
      full: { window: null, rotary: full },
    });
    return { ...decoder, attention };
  },
};
