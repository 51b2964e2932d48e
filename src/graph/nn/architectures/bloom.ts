// BLOOM: ALiBi instead of positions, a norm of the embeddings, LayerNorm, one weight for queries, keys and values of
// each head in turn, biases on all linear layers, and no gate.
import { type Architecture, maxLayers, sizesOfWholeHeads, sizeUnder } from "./architecture.ts";
import { llamaDecoder } from "./llama.ts";

const attention = "self_attention.query_key_value";
const output = "self_attention.dense";
const up = "mlp.dense_h_to_4h";
const down = "mlp.dense_4h_to_h";

export const bloom: Architecture = {
  name: "BloomForCausalLM",
  modelType: "bloom",
  // Settings of Megatron's kernels, which compute the same.
  neutral: [
    "attention_softmax_in_fp32",
    "bias_dropout_fusion",
    "masked_softmax_fusion",
    "offset_alibi",
    "skip_bias_add",
    "skip_bias_add_qkv",
    "slow_but_exact",
    "unk_token_id",
  ],
  // Files of the released models.
  otherNames: [[/^(?=(?:h\.|ln_f\.|word_embeddings))/, "transformer."]],
  decoder: config => {
    config.only("apply_residual_connection_post_layernorm", false);
    const hiddenSize = sizeUnder(config, "n_embed", "hidden_size");
    const size = {
      ...sizesOfWholeHeads(config, hiddenSize, "n_head"),
      intermediateSize: 4 * hiddenSize,
      layers: sizeUnder(config, "n_layer", "num_hidden_layers", maxLayers),
      tiedEmbeddings: config.flag("tie_word_embeddings", true),
    };
    return {
      ...llamaDecoder(size, config.positive("layer_norm_epsilon", 1e-5), null),
      names: {
        embeddings: "transformer.word_embeddings",
        embeddingNorm: "transformer.word_embeddings_layernorm",
        layers: "transformer.h",
        finalNorm: "transformer.ln_f",
        head: "lm_head",
      },
      alibi: true,
      norm: "layerBias",
      linears: { attention: [attention], byHead: true, output, feedForward: [up], down },
      biases: [attention, output, up, down],
      gated: false,
      activation: "geluTanh",
    };
  },
};
