// Structure of a decoder, and the weights that it has.
import type { RotaryParameters } from "./rotary.ts";

/** Attention settings of one layer. */
export interface LayerAttention {
  /** Number of tokens that a token sees, including itself; null when it sees all earlier ones. */
  readonly window: number | null;
  /** Rotation of queries and keys; null when the layer has none. */
  readonly rotary: RotaryParameters | null;
}

/** Structure of a decoder, in the terminology of Hugging Face's config.json. */
export interface DecoderConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** True when the output projection is the embedding matrix. */
  readonly tiedEmbeddings: boolean;
  /** Factor applied to embeddings before the first layer. */
  readonly embeddingScale: number;
  /**
   * sequential: x += attention(norm(x)); x += feedForward(norm(x)).
   * sandwich: the same with another norm after each half.
   * behind: x += norm(attention(x)); x += norm(feedForward(x)).
   * parallel: x += attention(h) + feedForward(h) with h = norm(x).
   */
  readonly block: "sequential" | "sandwich" | "behind" | "parallel";
  /** Factor applied to each half of a sequential block before it is added. */
  readonly residualScale: number;
  /** rmsPlusOne: the weight is 1 + w. layer: the mean is subtracted first; no bias. */
  readonly norm: "rms" | "rmsPlusOne" | "layer";
  readonly normEpsilon: number;
  /** Names of the norms of a sequential block. */
  readonly sequentialNorms: readonly [string, string];
  /** One entry per layer. */
  readonly attention: readonly LayerAttention[];
  /** Factor applied to scores before softmax. */
  readonly attentionScale: number;
  /** Queries and keys are normalised before rotation: each head by itself, all heads together, or not. */
  readonly queryKeyNorm: "head" | "all" | null;
  /** Names of the linear layers that have a bias, such as `self_attn.q_proj`. */
  readonly biases: readonly string[];
  /** The last two have no gate: down(activation(up(x))) instead of down(activation(gate(x)) ⊙ up(x)). */
  readonly activation: "silu" | "geluTanh" | "relu2" | "xielu";
  /** Factor applied to logits. */
  readonly logitScale: number;
}

/** Names of the linear layers, which may have adapters, with their shapes [out, in]. */
export function linearLayers(
  config: DecoderConfig,
): { readonly name: string; readonly out: number; readonly in: number }[] {
  const { hiddenSize, intermediateSize, heads, kvHeads, headSize } = config;
  return Array.from({ length: config.layers }, (_, i) => `model.layers.${i}`).flatMap(layer => [
    { name: `${layer}.self_attn.q_proj`, out: heads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.k_proj`, out: kvHeads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.v_proj`, out: kvHeads * headSize, in: hiddenSize },
    { name: `${layer}.self_attn.o_proj`, out: hiddenSize, in: heads * headSize },
    ...(hasGate(config) ? [{ name: `${layer}.mlp.gate_proj`, out: intermediateSize, in: hiddenSize }] : []),
    { name: `${layer}.mlp.up_proj`, out: intermediateSize, in: hiddenSize },
    { name: `${layer}.mlp.down_proj`, out: hiddenSize, in: intermediateSize },
  ]);
}

function hasGate({ activation }: DecoderConfig): boolean {
  return activation === "silu" || activation === "geluTanh";
}

/** Reports whether a linear layer, given by its full name, has a bias. */
export function hasBias(config: DecoderConfig, layer: string): boolean {
  return config.biases.some(suffix => layer.endsWith(`.${suffix}`));
}

/** Distinct windows of all layers, each of which needs a mask; null when a layer has no window. */
export function attentionWindows(config: DecoderConfig): (number | null)[] {
  return [...new Set(config.attention.map(layer => layer.window))];
}

const blockNorms: Readonly<Record<Exclude<DecoderConfig["block"], "sequential">, readonly string[]>> = {
  sandwich: [
    "input_layernorm",
    "post_attention_layernorm",
    "pre_feedforward_layernorm",
    "post_feedforward_layernorm",
  ],
  behind: ["post_attention_layernorm", "post_feedforward_layernorm"],
  parallel: ["input_layernorm"],
};

export const xIeluNames = ["mlp.act_fn.alpha_p", "mlp.act_fn.alpha_n"] as const;

/** All weights of the decoder with their shapes, in a fixed order. */
export function decoderWeights(
  config: DecoderConfig,
): { readonly name: string; readonly shape: readonly number[] }[] {
  const { hiddenSize, headSize, vocabularySize, queryKeyNorm } = config;
  const linears = linearLayers(config);
  const headsIn = { q: config.heads, k: config.kvHeads };
  const sides = queryKeyNorm === null ? [] : (["q", "k"] as const);
  const norms = Array.from({ length: config.layers }, (_, i) => `model.layers.${i}`).flatMap(layer => [
    ...(config.block === "sequential" ? config.sequentialNorms : blockNorms[config.block]).map(norm => ({
      name: `${layer}.${norm}.weight`,
      shape: [hiddenSize],
    })),
    ...(config.activation === "xielu" ? xIeluNames : []).map(name => ({
      name: `${layer}.${name}`,
      shape: [1],
    })),
    ...sides.map(side => ({
      name: `${layer}.self_attn.${side}_norm.weight`,
      shape: [queryKeyNorm === "head" ? headSize : headsIn[side] * headSize],
    })),
  ]);
  return [
    { name: "model.embed_tokens.weight", shape: [vocabularySize, hiddenSize] },
    ...linears.map(layer => ({ name: `${layer.name}.weight`, shape: [layer.out, layer.in] })),
    ...linears
      .filter(layer => hasBias(config, layer.name))
      .map(layer => ({ name: `${layer.name}.bias`, shape: [layer.out] })),
    ...norms,
    { name: "model.norm.weight", shape: [hiddenSize] },
    ...(config.tiedEmbeddings ? [] : [{ name: "lm_head.weight", shape: [vocabularySize, hiddenSize] }]),
  ];
}

export function headName(config: DecoderConfig): string {
  return config.tiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
}
