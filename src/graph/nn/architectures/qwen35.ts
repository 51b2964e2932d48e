// Qwen3.5: the gated delta rule in three of four layers, and attention with an output gate in the others.
//
// Beside its projections, a layer with the rule takes 6·d² + 10·64·d + 20·64² floating-point operations for each token
// and head of values, with keys and values of size d: 0.26 million for d = 128, however long the text is. Training keeps
// its projections and computes the rest again. In generation a row keeps 4·d² bytes for each head and layer (64 KiB for
// d = 128), where attention keeps keys and values that grow with the text; prompts enter in pieces of 64 tokens.
import type { DecoderConfig, LayerAttention } from "../decoderConfig.ts";
import type { Recurrence } from "../recurrence.ts";
import { type Architecture, activation, attentionLinears, layerTypes, sizes } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaDecoder } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

/** Upper bound on taps, well above any real model: each adds operators to every layer. */
const maxTaps = 64;

export const qwen35: Architecture = {
  name: "Qwen3_5ForCausalLM",
  modelType: "qwen3_5_text",
  // The type of memories in other engines, and the layers that predict further tokens, which files hold beside the model.
  neutral: ["mamba_ssm_dtype", "mtp_num_hidden_layers", "mtp_use_dedicated_embeddings"],
  decoder: config => {
    config.only("attn_output_gate", true);
    config.only("output_gate_type", "swish");
    const size = sizes(config, { headSize: 256, tiedEmbeddings: false });
    const rotary = rotaryFields(config, {
      part: { headSize: size.headSize, share: 0.25 },
      neutral: ["mrope_section", "mrope_interleaved"], // texts have the same position in all sections
    });
    const attention: LayerAttention = { window: null, rotary };
    const instead = deltaNet(config);
    return {
      ...llamaDecoder(size, config.positive("rms_norm_eps", 1e-6), rotary),
      norm: "rmsPlusOne",
      attention: isLinear(config, size.layers).map(is =>
        is ? { window: null, rotary: null, instead } : attention,
      ),
      attentionGate: true,
      queryKeyNorm: "head",
      biases: config.flag("attention_bias", false) ? attentionLinears : [],
      activation: activation(config, "hidden_act", "silu"),
    } satisfies DecoderConfig;
  },
};

function deltaNet(config: ConfigFields): Recurrence {
  config.only("hidden_act", "silu"); // of the convolution as well
  const keyHeads = config.size("linear_num_key_heads", 16);
  const valueHeads = config.size("linear_num_value_heads", 32);
  if (valueHeads % keyHeads !== 0)
    throw config.unsupported("linear_num_value_heads", [`a multiple of ${keyHeads}`]);
  return {
    kind: "gatedDeltaNet",
    taps: config.size("linear_conv_kernel_dim", 4, maxTaps),
    keyHeads,
    valueHeads,
    keySize: config.size("linear_key_head_dim", 128),
    valueSize: config.size("linear_value_head_dim", 128),
  };
}

/** Reports for each layer whether it has the delta rule. */
function isLinear(config: ConfigFields, layers: number): boolean[] {
  const interval =
    config.get("full_attention_interval") === undefined ? 4 : config.size("full_attention_interval");
  const types = layerTypes(config, layers);
  if (types === null) return Array.from({ length: layers }, (_, i) => (i + 1) % interval !== 0);
  const kinds = ["linear_attention", "full_attention"];
  if (!types.every(type => kinds.includes(String(type)))) throw config.unsupported("layer_types", kinds);
  return types.map(type => type === "linear_attention");
}
