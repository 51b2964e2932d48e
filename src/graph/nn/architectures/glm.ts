// GLM-4 9B: Llama with interleaved pairs, of which half of each head rotates, one weight for gate and up, and biases
// on queries, keys and values.
import type { DecoderConfig } from "../decoderConfig.ts";
import { type Architecture, activation, sizes } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaDecoder, separateLinears } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const glm: Architecture = { name: "GlmForCausalLM", modelType: "glm", decoder: glmDecoder };

export function glmDecoder(config: ConfigFields): DecoderConfig {
  const size = sizes(config, { headSize: 128, tiedEmbeddings: false });
  const part = { headSize: size.headSize, share: 0.5 };
  const rotary = rotaryFields(config, { interleaved: true, part });
  return {
    ...llamaDecoder(size, config.positive("rms_norm_eps", 1.5625e-7), rotary),
    linears: { ...separateLinears, feedForward: ["mlp.gate_up_proj"] },
    biases: config.flag("attention_bias", true) ? [...separateLinears.attention] : [],
    activation: activation(config, "hidden_act", "silu"),
  };
}
