// XGLM: sinusoidal positions added to scaled embeddings, LayerNorm, biases on all linear layers, and no gate.
import {
  type Architecture,
  type DecoderSizes,
  maxLayers,
  sizesOfWholeHeads,
  sizeUnder,
  ungated,
} from "./architecture.ts";
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
        embeddingNorm: null,
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
  const hiddenSize = sizeUnder(config, "d_model", "hidden_size");
  return {
    ...sizesOfWholeHeads(config, hiddenSize, "attention_heads"),
    intermediateSize: config.size("ffn_dim"),
    layers: sizeUnder(config, "num_layers", "num_hidden_layers", maxLayers),
    tiedEmbeddings: config.flag("tie_word_embeddings", true),
  };
}
