// Interface of model architectures, and readers for the config fields that most of them share.
import { HumanError } from "../../../common/errors.ts";
import type { DecoderConfig, LayerAttention } from "../decoderConfig.ts";
import type { ConfigFields } from "./configFields.ts";

/** Patterns of names, and what stands in their place; applied in turn. */
export type TensorNames = readonly (readonly [pattern: RegExp, instead: string])[];

/** Translates the config.json of one architecture into what its decoder computes. */
export interface Architecture {
  /** Name in `architectures` of config.json. */
  readonly name: string;
  /** Value of `model_type`, for config files without `architectures`. */
  readonly modelType: string;
  /** Further values of `model_type` that transformers gives to the same class. */
  readonly otherTypes?: readonly string[];
  /** Keys of its config.json without effect, besides those of every architecture. */
  readonly neutral?: readonly string[];
  /** Other names that some versions of transformers give to tensors in files. */
  readonly otherNames?: TensorNames;
  /** Throws a HumanError that names the field if the config asks for something unsupported. */
  readonly decoder: (config: ConfigFields) => DecoderConfig;
}

export type DecoderSizes = Pick<
  DecoderConfig,
  | "vocabularySize"
  | "hiddenSize"
  | "intermediateSize"
  | "layers"
  | "heads"
  | "kvHeads"
  | "headSize"
  | "tiedEmbeddings"
>;

/** Upper bound on layers, well above any real model: each layer takes memory before a weight is read. */
export const maxLayers = 1024;

/**
 * Reads the sizes of a decoder.
 * @param defaults Values that the architecture's own configuration class uses for missing fields.
 */
export function sizes(
  config: ConfigFields,
  defaults: {
    readonly headSize?: number;
    readonly intermediateSize?: number | undefined;
    readonly tiedEmbeddings: boolean;
  },
): DecoderSizes {
  const hiddenSize = config.size("hidden_size");
  const heads = config.size("num_attention_heads");
  const kvHeads = config.size("num_key_value_heads", heads);
  const headSize = config.size("head_dim", defaults.headSize ?? hiddenSize / heads);
  if (heads % kvHeads !== 0) throw config.unsupported("num_key_value_heads", [`a divisor of ${heads}`]);
  if (headSize % 2 !== 0)
    throw new HumanError(`${config.path}: heads of odd size (head_dim ${headSize}) are not supported.`, {
      remedy: "Choose a model whose head_dim is even.",
    });
  return {
    vocabularySize: config.size("vocab_size"),
    hiddenSize,
    intermediateSize: config.size("intermediate_size", defaults.intermediateSize),
    layers: config.size("num_hidden_layers", undefined, maxLayers),
    heads,
    kvHeads,
    headSize,
    tiedEmbeddings: config.flag("tie_word_embeddings", defaults.tiedEmbeddings),
  };
}

/** Reads a size under the name of the class itself, or under the usual one. */
export function sizeUnder(config: ConfigFields, own: string, usual: string, most?: number): number {
  if (config.get(own) === undefined) return config.size(usual, undefined, most);
  const value = config.size(own, undefined, most);
  config.only(usual, value);
  return value;
}

/**
 * Reads the sizes of attention in models whose heads divide the hidden size, each with keys and values of its own.
 * @param heads Name of the number of heads.
 */
export function sizesOfWholeHeads(
  config: ConfigFields,
  hiddenSize: number,
  heads: string,
): Pick<DecoderSizes, "vocabularySize" | "hiddenSize" | "heads" | "kvHeads" | "headSize"> {
  const count = sizeUnder(config, heads, "num_attention_heads");
  if (hiddenSize % (2 * count) !== 0) throw config.unsupported(heads, [`a divisor of ${hiddenSize / 2}`]);
  const vocabularySize = config.size("vocab_size");
  return { vocabularySize, hiddenSize, heads: count, kvHeads: count, headSize: hiddenSize / count };
}

export const attentionLinears: readonly string[] = ["q", "k", "v", "o"].map(side => `self_attn.${side}_proj`);
export const feedForwardLinears: readonly string[] = ["gate", "up", "down"].map(side => `mlp.${side}_proj`);

/** Reads the activation function, which `hidden_act` or another key names. */
export function activation(
  config: ConfigFields,
  key: string,
  fallback: "silu" | "gelu_pytorch_tanh",
): DecoderConfig["activation"] {
  return config.choice(key, { silu: "silu", gelu_pytorch_tanh: "geluTanh" } as const, fallback);
}

/** Activations of feed-forward layers without a gate, by their names in transformers. */
export const ungated = {
  gelu: "gelu",
  gelu_fast: "geluTanh",
  gelu_new: "geluTanh",
  gelu_pytorch_tanh: "geluTanh",
} as const;

export function everyLayer(layers: number, attention: LayerAttention): LayerAttention[] {
  return Array.from({ length: layers }, () => attention);
}

/**
 * Assigns one of two kinds of attention to each layer: `sliding` where `layer_types` says so (in files
 * without `layer_types`: where the architecture's older rule does), `full` elsewhere.
 */
export function layersOfTwoKinds(
  config: ConfigFields,
  layers: number,
  olderRule: (layer: number) => boolean,
  kinds: { readonly sliding: () => LayerAttention; readonly full: LayerAttention },
): LayerAttention[] {
  config.get("sliding_window"); // has no effect where no layer slides
  const types = layerTypes(config, layers) ?? [];
  return Array.from({ length: layers }, (_, i) => {
    const type = types[i] ?? (olderRule(i) ? "sliding_attention" : "full_attention");
    if (type === "sliding_attention") return kinds.sliding();
    if (type === "full_attention") return kinds.full;
    throw config.unsupported("layer_types", ["sliding_attention", "full_attention"]);
  });
}

/** Reads `layer_types`, one entry for each layer; null in files without it. */
export function layerTypes(config: ConfigFields, layers: number): readonly unknown[] | null {
  const types = config.get("layer_types");
  if (types === undefined) return null;
  if (Array.isArray(types) && types.length === layers) return types;
  throw new HumanError(
    `${config.path}: layer_types must be a list with one entry for each of ${layers} layers.`,
    { remedy: "Correct the file or download it again." },
  );
}
