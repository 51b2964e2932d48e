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
  readonly names: ModelNames;
  /** Factor applied to embeddings before the first layer. */
  readonly embeddingScale: number;
  /** True if noise on embeddings comes before this factor: transformers applies it outside the embedding layer. */
  readonly noiseIsScaled: boolean;
  /** Scores have linear biases by the position of the key. */
  readonly alibi: boolean;
  /** Sinusoids of the positions, counted from here, are added to scaled embeddings; null for none. */
  readonly sinusoidsFrom: number | null;
  /**
   * sequential: x += attention(norm(x)); x += feedForward(norm(x)).
   * sandwich: the same with another norm after each half.
   * behind: x += norm(attention(x)); x += norm(feedForward(x)).
   * parallel: x += attention(norm(x)) + feedForward(norm(x)), with the same norm or each with its own.
   */
  readonly block: "sequential" | "sandwich" | "behind" | "parallel";
  /** Factor applied to each half of a sequential block before it is added. */
  readonly residualScale: number;
  /** rmsPlusOne: the weight is 1 + w. layer: the mean is subtracted first. layerBias: the same with a bias. */
  readonly norm: "rms" | "rmsPlusOne" | "layer" | "layerBias";
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
  /** down(activation(gate(x)) ⊙ up(x)); otherwise down(activation(up(x))). */
  readonly gated: boolean;
  /** Those with a gate are silu and geluTanh; those without one, the others and geluTanh. */
  readonly activation: "silu" | "gelu" | "geluTanh" | "relu2" | "xielu";
  /** Factor applied to logits. */
  readonly logitScale: number;
  /** Cap on the scaled logits, like `attentionSoftCap`. */
  readonly logitSoftCap: number | null;
}

/** Names outside the layers, and before the number of a layer. */
export interface ModelNames {
  readonly embeddings: string;
  /** Norm of the embeddings; null for none. */
  readonly embeddingNorm: string | null;
  readonly layers: string;
  readonly finalNorm: string;
  /** Output projection, if it is not the embedding matrix. */
  readonly head: string;
}

/** Projections of the same input are one weight, whose outputs they divide in order, if one name stands for all. */
export interface LinearNames {
  /** Queries, keys and values; of each head in turn if one weight stands for all and `byHead` is set. */
  readonly byHead?: true;
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
    layer.map(({ name, ...shape }) => ({ name: `${layerName(config, i)}.${name}`, ...shape })),
  ).flat();
}

/** Widths of queries, keys and values. */
export function attentionWidths({ heads, kvHeads, headSize }: DecoderConfig): number[] {
  return [heads * headSize, kvHeads * headSize, kvHeads * headSize];
}

/** Widths of gate and up, or of up alone. */
export function feedForwardWidths(config: DecoderConfig): number[] {
  return config.gated ? [config.intermediateSize, config.intermediateSize] : [config.intermediateSize];
}

/** The decoder with heads of the size that attention sees and its cache holds. */
export function attended(config: DecoderConfig): DecoderConfig {
  return config.alibi ? { ...config, headSize: config.headSize + 1 } : config;
}

export function layerName({ names }: DecoderConfig, layer: number): string {
  return `${names.layers}.${layer}`;
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
  const normParts = config.norm === "layerBias" ? ["weight", "bias"] : ["weight"];
  const normOf = (name: string) => normParts.map(side => ({ name: `${name}.${side}`, shape: [hiddenSize] }));
  const norms = Array.from({ length: config.layers }, (_, i) => layerName(config, i)).flatMap(layer => [
    ...config.blockNorms.flatMap(norm => normOf(`${layer}.${norm}`)),
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
    { name: embeddingName(config), shape: [vocabularySize, hiddenSize] },
    ...(config.names.embeddingNorm === null ? [] : normOf(config.names.embeddingNorm)),
    ...linears.map(layer => ({ name: `${layer.name}.weight`, shape: [layer.out, layer.in] })),
    ...linears
      .filter(layer => hasBias(config, layer.name))
      .map(layer => ({ name: `${layer.name}.bias`, shape: [layer.out] })),
    ...norms,
    ...normOf(config.names.finalNorm),
    ...(config.tiedEmbeddings ? [] : [{ name: headName(config), shape: [vocabularySize, hiddenSize] }]),
  ];
}

export function embeddingName({ names }: DecoderConfig): string {
  return `${names.embeddings}.weight`;
}

export function headName(config: DecoderConfig): string {
  return config.tiedEmbeddings ? embeddingName(config) : `${config.names.head}.weight`;
}
