// GLM-4 0414: GLM with another norm after each half of a block.
import type { Architecture } from "./architecture.ts";
import { glmDecoder } from "./glm.ts";

export const glm4: Architecture = {
  name: "Glm4ForCausalLM",
  modelType: "glm4",
  decoder: config => ({
    ...glmDecoder(config),
    block: "sandwich",
    blockNorms: [
      "input_layernorm",
      "post_self_attn_layernorm",
      "post_attention_layernorm",
      "post_mlp_layernorm",
    ],
  }),
};
