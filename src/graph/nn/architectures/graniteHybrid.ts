// Granite 4 without state-space layers and experts: Granite 3 with one weight for gate and up, and with or without
// rotation. Its class has both, which are refused.
import { type Architecture, everyLayer } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { graniteDecoder } from "./granite.ts";
import { separateLinears } from "./llama.ts";

export const graniteHybrid: Architecture = {
  name: "GraniteMoeHybridForCausalLM",
  modelType: "granitemoehybrid",
  // Sizes of the layers that such a model has none of, and Granite's own names for what it always does.
  neutral: [
    "init_method",
    "mamba_chunk_size",
    "mamba_conv_bias",
    "mamba_d_conv",
    "mamba_d_head",
    "mamba_d_state",
    "mamba_expand",
    "mamba_n_groups",
    "mamba_n_heads",
    "mamba_proj_bias",
    "num_experts_per_tok",
    "router_aux_loss_coef",
    "time_step_limit",
  ],
  decoder: config => {
    if (config.get("num_local_experts") !== 0)
      throw config.unsupported("num_local_experts", ["0, a model without experts"]);
    config.only("normalization_function", "rmsnorm");
    const decoder = graniteDecoder(config);
    requireAttention(config, decoder.layers);
    const rotates = config.get("position_embedding_type") === "rope";
    return {
      ...decoder,
      intermediateSize: config.size("shared_intermediate_size", 1024),
      linears: {
        ...separateLinears,
        feedForward: ["shared_mlp.input_linear"],
        down: "shared_mlp.output_linear",
      },
      attention: rotates ? decoder.attention : everyLayer(decoder.layers, { window: null, rotary: null }),
      biases: config.flag("attention_bias", false)
        ? [...separateLinears.attention, separateLinears.output]
        : [],
    };
  },
};

/** Refuses state-space layers. A file that names no kinds of layers has no others. */
function requireAttention(config: ConfigFields, layers: number): void {
  const key = config.get("layer_types") === undefined ? "layers_block_type" : "layer_types";
  const named = config.get(key);
  const types: readonly unknown[] = Array.isArray(named) ? named : [];
  const attention = types.every(type => type === "attention" || type === "full_attention");
  if (types.length !== layers || !attention)
    throw config.unsupported(key, [`a list of "attention" for each of ${layers} layers (no mamba layers)`]);
}
