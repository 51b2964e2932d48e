// Structure of a decoder, and the weights that it has.
import type { Recurrence } from "./recurrence.ts";
import type { RotaryParameters } from "./rotary.ts";

/** Attention settings of one layer, or what it has instead. */
export interface LayerAttention {
  /** Number of tokens that a token sees, including itself; null when it sees all earlier ones. */
  readonly window: number | null;
  /** Rotation of queries and keys; null when the layer has none. */
  readonly rotary: RotaryParameters | null;
  /** Size of its heads, and the number of those of keys and values; absent = as in the model. */
  readonly headSize?: number;
  readonly kvHeads?: number;
  /** Earlier layer whose keys and values it attends to; absent = it has its own. */
  readonly keysFrom?: number;
  /** Values are the projected keys, before their norm and rotation. */
  readonly valuesAreKeys?: true;
  /** Absent = attention. */
  readonly instead?: Recurrence;
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
  /** Names of these norms within a layer. */
  readonly queryKeyNormNames: Readonly<Record<"q" | "k", string>>;
  /** Each head of the values is normalised, without a weight. */
  readonly valueNorm: boolean;
  /** Queries come with a gate of their width, head by head, which what they attend to is multiplied by. */
  readonly attentionGate: boolean;
  /** Names of the linear layers within a layer. */
  readonly linears: LinearNames;
  /** Names of the linear layers that have a bias, such as `self_attn.q_proj`. */
  readonly biases: readonly string[];
  /** First layer whose feed-forward part is twice as wide; null when all are alike. */
  readonly doubleWideFrom: number | null;
  /** A second embedding of each token, with a part for each layer; null for none. */
  readonly perLayerInputs: PerLayerInputs | null;
  /** What a layer yields is multiplied by a number of its own, which is never trained. */
  readonly layerScalars: boolean;
  /** down(activation(gate(x)) ⊙ up(x)); otherwise down(activation(up(x))). */
  readonly gated: boolean;
  /** Those with a gate are silu and geluTanh; those without one, the others and geluTanh. */
  readonly activation: "silu" | "gelu" | "geluTanh" | "relu2" | "xielu";
  /** Factor applied to logits. */
  readonly logitScale: number;
  /** Cap on the scaled logits, like `attentionSoftCap`. */
  readonly logitSoftCap: number | null;
}

/** Table of embeddings whose rows have a part for each layer; see perLayerInputs.ts. */
export interface PerLayerInputs {
  readonly vocabularySize: number;
  /** Number of parts of a row. A model of which only the first layers are computed has more than layers. */
  readonly parts: number;
  /** Width of a part. */
  readonly size: number;
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

export function layerName({ names }: DecoderConfig, layer: number): string {
  return `${names.layers}.${layer}`;
}

/** Reports whether a linear layer, given by its full name, has a bias. */
export function hasBias(config: DecoderConfig, layer: string): boolean {
  return config.biases.some(suffix => layer.endsWith(`.${suffix}`));
}

/** Distinct windows of all layers, each of which needs a mask; null when a layer has no window. */
export function attentionWindows(config: DecoderConfig): (number | null)[] {
  const attention = config.attention.filter(layer => layer.instead === undefined);
  return [...new Set(attention.map(layer => layer.window))];
}

/** Names of the parts of per-layer inputs: outside the layers, and within one. */
export const perLayerNames = {
  embeddings: "model.embed_tokens_per_layer.weight",
  projection: "model.per_layer_model_projection",
  norm: "model.per_layer_projection_norm",
  gate: "per_layer_input_gate",
  down: "per_layer_projection",
  normBehind: "post_per_layer_input_norm",
} as const;

export const layerScalarName = "layer_scalar";

export const xIeluNames = ["mlp.act_fn.alpha_p", "mlp.act_fn.alpha_n"] as const;

export function embeddingName({ names }: DecoderConfig): string {
  return `${names.embeddings}.weight`;
}

export function headName(config: DecoderConfig): string {
  return config.tiedEmbeddings ? embeddingName(config) : `${config.names.head}.weight`;
}
