// LFM2: gated short convolutions in most layers, and attention with normalised queries and keys in the others.
//
// A convolution costs as much as its two projections, 4·hiddenSize² multiply-adds per token, however long the text is.
// In generation a row keeps its last inputs (taps − 1), a few kB per layer, where attention keeps all keys and values.
import type { LayerAttention } from "../decoderConfig.ts";
import type { Recurrence } from "../recurrence.ts";
import { type Architecture, layerTypes, sizes } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaDecoder } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

/** Upper bound on taps, well above any real model: each adds operators to every layer. */
const maxTaps = 64;

export const lfm2: Architecture = {
  name: "Lfm2ForCausalLM",
  modelType: "lfm2",
  // What the model always does, under the names of Liquid's own code; transformers does not read them.
  neutral: [
    "block_dim",
    "block_mlp_init_scale",
    "block_norm_eps",
    "block_out_init_scale",
    "block_use_swiglu",
    "block_use_xavier_init",
    "conv_dim",
    "conv_dim_out",
    "conv_use_xavier_init",
    "num_heads",
    "theta",
    "use_pos_enc",
  ],
  decoder: config => {
    const own = config.get("block_ff_dim") === undefined ? undefined : config.size("block_ff_dim");
    const size = sizes(config, { tiedEmbeddings: true, intermediateSize: own });
    const decoder = llamaDecoder(
      {
        ...size,
        intermediateSize: feedForwardSize(config, own ?? size.intermediateSize),
        tiedEmbeddings: config.flag("tie_embedding", size.tiedEmbeddings),
      },
      config.positive("norm_eps", 1e-5),
      null,
    );
    const taps = config.size("conv_L_cache", 3, maxTaps);
    const bias = config.flag("conv_bias", false);
    const rotary = rotaryFields(config, { theta: 1_000_000 });
    const attention: LayerAttention = { window: null, rotary };
    const instead: Recurrence = { kind: "shortConvolution", taps, bias };
    return {
      ...decoder,
      names: { ...decoder.names, finalNorm: "model.embedding_norm" },
      blockNorms: ["operator_norm", "ffn_norm"],
      attention: convolutions(config, size.layers).map(is =>
        is ? { window: null, rotary: null, instead } : attention,
      ),
      queryKeyNorm: "head",
      queryKeyNormNames: { q: "self_attn.q_layernorm", k: "self_attn.k_layernorm" },
      linears: {
        attention: ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
        output: "self_attn.out_proj",
        feedForward: ["feed_forward.w1", "feed_forward.w3"],
        down: "feed_forward.w2",
      },
      biases: bias ? ["conv.in_proj", "conv.out_proj"] : [],
    };
  },
};

/** Width of the feed-forward part: two thirds of the given size, scaled and rounded up, unless told not to adjust it. */
function feedForwardSize(config: ConfigFields, given: number): number {
  const adjusted = config.flag("block_auto_adjust_ff_dim", true);
  const scale = config.isNull("block_ffn_dim_multiplier")
    ? null
    : config.positive("block_ffn_dim_multiplier", 1);
  const multiple = config.size("block_multiple_of", 256);
  if (!adjusted) return given;
  const share = Math.trunc((2 * given) / 3);
  const rounded = scale === null ? share : Math.ceil(Math.trunc(scale * share) / multiple) * multiple;
  if (rounded < 1) throw config.unsupported("block_ffn_dim_multiplier", ["a multiple that leaves a width"]);
  return rounded;
}

/** Reports for each layer whether it is a convolution. */
function convolutions(config: ConfigFields, layers: number): boolean[] {
  const indices = config.get("full_attn_idxs"); // without effect beside layer_types
  const types = layerTypes(config, layers);
  if (types !== null) {
    const kinds = ["conv", "full_attention"];
    if (!types.every(type => kinds.includes(String(type)))) throw config.unsupported("layer_types", kinds);
    return types.map(type => type === "conv");
  }
  if (indices !== undefined && !(Array.isArray(indices) && indices.every(Number.isSafeInteger)))
    throw config.unsupported("full_attn_idxs", ["a list of the layers with attention"]);
  return Array.from({ length: layers }, (_, i) => Array.isArray(indices) && !indices.includes(i));
}
