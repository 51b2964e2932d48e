// Ministral 3: Mistral with queries that grow with their position.
import { type Architecture, everyLayer } from "./architecture.ts";
import { llamaShaped } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const ministral3: Architecture = {
  name: "Ministral3ForCausalLM",
  modelType: "ministral3",
  decoder: config => {
    const fields = config.nested("rope_scaling") ?? config.nested("rope_parameters");
    if (fields === null) throw config.unsupported("rope_parameters", ["an object with llama_4_scaling_beta"]);
    fields.get("max_position_embeddings"); // a copy of the model's own
    const decoder = llamaShaped(config, { normEpsilon: 1e-5, headSize: 128 });
    const window = config.get("sliding_window") === undefined ? null : config.size("sliding_window");
    const rotary = rotaryFields(config);
    if (rotary.scaling?.type !== "yarn") throw config.unsupported("rope_parameters", ["rope_type yarn"]);
    const queryGrowth = {
      beta: fields.positive("llama_4_scaling_beta"),
      period: rotary.scaling.originalMaxPositions,
    };
    return {
      ...decoder,
      attention: everyLayer(decoder.layers, { window, rotary: { ...rotary, queryGrowth } }),
    };
  },
};
