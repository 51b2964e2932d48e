// SmolLM3: Llama without rotation in every fourth layer.
import { type Architecture, layersOfTwoKinds } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { biasFields, llamaShaped } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

const rotary = { theta: 2_000_000 };

export const smollm3: Architecture = {
  name: "SmolLM3ForCausalLM",
  modelType: "smollm3",
  decoder: config => {
    const decoder = llamaShaped(config, { tiedEmbeddings: true, rotary });
    const rotates = rotatingLayers(config, decoder.layers);
    const slides = config.flag("use_sliding_window", false) && config.get("sliding_window") !== undefined;
    const kinds = layersOfTwoKinds(config, decoder.layers, layer => slides && rotates[layer] === false, {
      sliding: () => {
        if (!slides)
          throw config.unsupported("layer_types", ["sliding_attention with use_sliding_window true"]);
        return { window: config.size("sliding_window"), rotary: null };
      },
      full: { window: null, rotary: null },
    });
    const turned = rotaryFields(config, rotary);
    return {
      ...decoder,
      attention: kinds.map((kind, layer) => ({ ...kind, rotary: rotates[layer] === true ? turned : null })),
      biases: biasFields(config),
    };
  },
};

/** Reads which layers rotate queries and keys: by name (1 or 0 for each), or all but each n-th. */
function rotatingLayers(config: ConfigFields, layers: number): boolean[] {
  const interval = config.size("no_rope_layer_interval", 4);
  const named = config.get("no_rope_layers");
  if (named === undefined) return Array.from({ length: layers }, (_, i) => (i + 1) % interval !== 0);
  const flags: readonly unknown[] = Array.isArray(named) ? named : [];
  if (flags.length < layers || flags.some(flag => flag !== 0 && flag !== 1))
    throw config.unsupported("no_rope_layers", [`a list of 0 or 1 for each of ${layers} layers`]);
  return flags.slice(0, layers).map(flag => flag === 1);
}
