// Helium: Llama with interleaved rotation.
import { type Architecture, feedForwardLinears } from "./architecture.ts";
import { llamaShaped } from "./llama.ts";

export const helium: Architecture = {
  name: "HeliumForCausalLM",
  modelType: "helium",
  decoder: config => {
    const rotary = { theta: 100_000, interleaved: true };
    const decoder = llamaShaped(config, { normEpsilon: 1e-8, headSize: 128, rotary });
    const projections = ["q", "k", "v"].map(side => `self_attn.${side}_proj`);
    return {
      ...decoder,
      biases: [
        ...(config.flag("attention_bias", false) ? projections : []),
        ...(config.flag("mlp_bias", false) ? feedForwardLinears : []),
      ],
    };
  },
};
