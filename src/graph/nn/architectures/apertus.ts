// Apertus: norms in each head and a feed-forward layer without a gate, whose activation is learned.
import { type Architecture, attentionLinears, sizes } from "./architecture.ts";
import { llamaDecoder, separateLinears } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const apertus: Architecture = {
  name: "ApertusForCausalLM",
  modelType: "apertus",
  decoder: config => {
    config.only("hidden_act", "xielu");
    // Versions of transformers disagree about files that give no scaling.
    const given = [config.nested("rope_scaling"), config.nested("rope_parameters")];
    if (given.every(fields => fields === null || fields.isEmpty))
      throw config.unsupported("rope_scaling", ["an object in rope_scaling or rope_parameters"]);
    const rotary = rotaryFields(config, { theta: 12_000_000 });
    const size = sizes(config, { tiedEmbeddings: false });
    return {
      ...llamaDecoder(size, config.positive("rms_norm_eps", 1e-5), rotary),
      blockNorms: ["attention_layernorm", "feedforward_layernorm"],
      queryKeyNorm: "head",
      biases: config.flag("attention_bias", false) ? attentionLinears : [],
      linears: { ...separateLinears, feedForward: ["mlp.up_proj"] },
      gated: false,
      activation: "xielu",
    };
  },
};
