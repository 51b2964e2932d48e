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
  /** Names of the norms of a block, in the order in which they are applied. */
  readonly blockNorms: readonly string[];
  /** One entry per layer. */
  readonly attention: readonly LayerAttention[];
  /** Factor applied to scores before softmax. */
  readonly attentionScale: number;
  /** Cap c on scores, which become c·tanh(score / c); null for none. */
  readonly attentionSoftCap: number | null;
  /**
   * Queries and keys are normalised: each head by itself or all heads together before rotation, each head after
   * rotation, or not.
   */
  readonly queryKeyNorm: "head" | "all" | "rotatedHead" | null;
  /** Names of the linear layers within a layer. */
  readonly linears: LinearNames;
  /** Names of the linear layers that have a bias, such as `self_attn.q_proj`. */
  readonly biases: readonly string[];
  /** The last two have no gate: down(activation(up(x))) instead of down(activation(gate(x)) ⊙ up(x)). */
  readonly activation: "silu" | "geluTanh" | "relu2" | "xielu";
  /** Factor applied to logits. */
  readonly logitScale: number;
  /** Cap on the scaled logits, like `attentionSoftCap`. */
  readonly logitSoftCap: number | null;
}

/** Projections of the same input are one weight, whose outputs they divide in order, if one name stands for all. */
export interface LinearNames {
  /** Queries, keys and values. */
  readonly attention: readonly [string, string, string] | readonly [string];
  readonly output: string;
  /** Gate and up, or up alone in a feed-forward layer without a gate. */
  readonly feedForward: readonly [string, string] | readonly [string];
  readonly down: string;
}

/** Names of the linear layers, which may have adapters, with their shapes [out, in]. */
export function linearLayers(
  config: DecoderConfig,
): { readonly name: string; readonly out: number; readonly in: number }[] {
  const { hiddenSize, intermediateSize, heads, headSize, linears } = config;
  const side = (names: readonly string[], widths: readonly number[]): { name: string; out: number }[] =>
    names.length === widths.length
      ? names.map((name, i) => ({ name, out: widths[i] as number }))
      : names.map(name => ({ name, out: widths.reduce((sum, width) => sum + width) }));
  const layer = [
    ...side(linears.attention, attentionWidths(config)).map(one => ({ ...one, in: hiddenSize })),
    { name: linears.output, out: hiddenSize, in: heads * headSize },
    ...side(linears.feedForward, feedForwardWidths(config)).map(one => ({ ...one, in: hiddenSize })),
    { name: linears.down, out: hiddenSize, in: intermediateSize },
  ];
  return Array.from({ length: config.layers }, (_, i) =>
    layer.map(({ name, ...shape }) => ({ name: `model.layers.${i}.${name}`, ...shape })),
  ).flat();
}

/** Widths of queries, keys and values. */
export function attentionWidths({ heads, kvHeads, headSize }: DecoderConfig): number[] {
  return [heads * headSize, kvHeads * headSize, kvHeads * headSize];
}

/** Widths of gate and up, or of up alone. */
export function feedForwardWidths(config: DecoderConfig): number[] {
  return hasGate(config) ? [config.intermediateSize, config.intermediateSize] : [config.intermediateSize];
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

/** Name of the norm of all queries or all keys within a layer. */
export function queryKeyNormName({ queryKeyNorm }: DecoderConfig, side: "q" | "k"): string {
  const rotated = { q: "query_layernorm", k: "key_layernorm" };
  return `self_attn.${queryKeyNorm === "rotatedHead" ? rotated[side] : `${side}_norm`}`;
}

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
    ...config.blockNorms.map(norm => ({
      name: `${layer}.${norm}.weight`,
      shape: [hiddenSize],
    })),
    ...(config.activation === "xielu" ? xIeluNames : []).map(name => ({
      name: `${layer}.${name}`,
      shape: [1],
    })),
    ...sides.map(side => ({
      name: `${layer}.${queryKeyNormName(config, side)}.weight`,
      shape: [queryKeyNorm === "all" ? headsIn[side] * headSize : headSize],
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
