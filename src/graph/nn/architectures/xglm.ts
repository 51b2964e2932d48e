// XGLM: sinusoidal positions added to scaled embeddings, LayerNorm, biases on all linear layers, and no gate.
import { type Architecture, type DecoderSizes, maxLayers, ungated } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaDecoder, separateLinears } from "./llama.ts";

/** Positions are counted from here, after those that older versions kept for padding. */
const firstPosition = 2;

export const xglm: Architecture = {
  name: "XGLMForCausalLM",
  modelType: "xglm",
  neutral: ["activation_dropout", "dropout", "init_std", "layerdrop"],
  decoder: config => {
    config.only("add_cross_attention", false);
    const padding = config.get("pad_token_id") ?? 0;
    // The sinusoid with the number of this token is zero.
    if (typeof padding !== "number" || padding >= firstPosition)
      throw config.unsupported("pad_token_id", ["0", "1"]);
    const size = xglmSizes(config);
    const linears = {
      ...separateLinears,
      output: "self_attn.out_proj",
      feedForward: ["fc1"],
      down: "fc2",
    } as const;
    return {
      ...llamaDecoder(size, 1e-5, null),
      names: {
        embeddings: "model.embed_tokens",
        layers: "model.layers",
        finalNorm: "model.layer_norm",
        head: "lm_head",
      },
      embeddingScale: config.flag("scale_embedding", true) ? Math.sqrt(size.hiddenSize) : 1,
      sinusoidsFrom: firstPosition,
      norm: "layerBias",
      blockNorms: ["self_attn_layer_norm", "final_layer_norm"],
      linears,
      biases: [...linears.attention, linears.output, ...linears.feedForward, linears.down],
      gated: false,
      activation: config.choice("activation_function", ungated, "gelu"),
    };
  },
};

function xglmSizes(config: ConfigFields): DecoderSizes {
  /** Reads a size under the class's own name, or under the usual one. */
  const size = (own: string, usual: string, most?: number): number => {
    if (config.get(own) === undefined) return config.size(usual, undefined, most);
    const value = config.size(own, undefined, most);
    config.only(usual, value);
    return value;
  };
  const hiddenSize = size("d_model", "hidden_size");
  const heads = size("attention_heads", "num_attention_heads");
  if (hiddenSize % (2 * heads) !== 0)
    throw config.unsupported("attention_heads", [`a divisor of ${hiddenSize / 2}`]);
  return {
    vocabularySize: config.size("vocab_size"),
    hiddenSize,
    intermediateSize: config.size("ffn_dim"),
    layers: size("num_layers", "num_hidden_layers", maxLayers),
    heads,
    kvHeads: heads,
    headSize: hiddenSize / heads,
    tiedEmbeddings: config.flag("tie_word_embeddings", true),
  };
}
