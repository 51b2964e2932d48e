// Qwen3: Llama with normalised queries and keys in each head, an independent head size, and Qwen2's windows.
import { type Architecture, activation, attentionLinears, sizes } from "./architecture.ts";
import { llamaDecoder } from "./llama.ts";
import { qwenAttention } from "./qwen2.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const qwen3: Architecture = {
  name: "Qwen3ForCausalLM",
  modelType: "qwen3",
  decoder: config => {
    const size = sizes(config, { headSize: 128, tiedEmbeddings: false });
    return {
      ...llamaDecoder(size, config.positive("rms_norm_eps", 1e-6), rotaryFields(config)),
      attention: qwenAttention(config, size.layers),
      queryKeyNorm: "head",
      biases: config.flag("attention_bias", false) ? attentionLinears : [],
      activation: activation(config, "hidden_act", "silu"),
    };
  },
};
