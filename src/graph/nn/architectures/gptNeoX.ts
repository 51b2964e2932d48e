// GPT-NeoX and Pythia: attention and feed-forward in parallel, each with its own LayerNorm, one weight for queries,
// keys and values of each head in turn, of which a part rotates, and no gate.
import { type Architecture, sizes, ungated } from "./architecture.ts";
import { llamaDecoder } from "./llama.ts";
import { rotaryFields } from "./rotaryFields.ts";

const attention = ["attention.query_key_value", "attention.dense"] as const;
const feedForward = ["mlp.dense_h_to_4h", "mlp.dense_4h_to_h"] as const;

export const gptNeoX: Architecture = {
  name: "GPTNeoXForCausalLM",
  modelType: "gpt_neox",
  neutral: ["classifier_dropout"],
  otherNames: [[/^lm_head\./, "embed_out."]],
  decoder: config => {
    const size = sizes(config, { tiedEmbeddings: false });
    if (size.kvHeads !== size.heads) throw config.unsupported("num_key_value_heads", [String(size.heads)]);
    if (size.headSize * size.heads !== size.hiddenSize)
      throw config.unsupported("head_dim", [String(size.hiddenSize / size.heads)]);
    const rotary = rotaryFields(config, {
      part: { headSize: size.headSize, share: 0.25 },
      keys: { base: "rotary_emb_base", share: "rotary_pct" },
    });
    // Copies of the same fields under the usual names.
    config.only("rope_theta", rotary.theta);
    config.only("partial_rotary_factor", config.positive("rotary_pct", 0.25));
    const parallel = config.flag("use_parallel_residual", true);
    const biased = config.flag("attention_bias", true);
    return {
      ...llamaDecoder(size, config.positive("layer_norm_eps", 1e-5), rotary),
      names: {
        embeddings: "gpt_neox.embed_in",
        embeddingNorm: null,
        layers: "gpt_neox.layers",
        finalNorm: "gpt_neox.final_layer_norm",
        head: "embed_out",
      },
      block: parallel ? "parallel" : "sequential",
      norm: "layerBias",
      linears: {
        attention: [attention[0]],
        byHead: true,
        output: attention[1],
        feedForward: [feedForward[0]],
        down: feedForward[1],
      },
      biases: [...(biased ? attention : []), ...feedForward],
      gated: false,
      activation: config.choice("hidden_act", ungated, "gelu"),
    };
  },
};
