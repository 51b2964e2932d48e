// Arcee: Llama whose feed-forward layer has no gate and squares what is positive.
import { type Architecture, attentionLinears, sizes } from "./architecture.ts";
import { llamaDecoder, separateLinears } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

export const arcee: Architecture = {
  name: "ArceeForCausalLM",
  modelType: "arcee",
  decoder: config => {
    config.only("hidden_act", "relu2");
    const size = sizes(config, { tiedEmbeddings: false });
    return {
      ...llamaDecoder(size, config.positive("rms_norm_eps", 1e-5), rotaryFields(config)),
      linears: { ...separateLinears, feedForward: ["mlp.up_proj"] },
      gated: false,
      activation: "relu2",
      biases: [
        ...(config.flag("attention_bias", false) ? attentionLinears : []),
        ...(config.flag("mlp_bias", false) ? ["mlp.up_proj", "mlp.down_proj"] : []),
      ],
    };
  },
};
