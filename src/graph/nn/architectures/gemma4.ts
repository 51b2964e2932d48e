// Gemma 4 text models: Gemma 3 with local and global layers whose heads have different sizes, later layers that attend
// to the keys and values of earlier ones, and an input of its own for each layer.
//
// Cost: the table of those inputs has 262,144 × 35 × 256 = 2.3 billion values in E2B, half of its text model. With LoRA
// it stays in the model's file, in whatever format that has, also in int8 and int4 bases, and only rows of tokens that
// occur are read: 18 kB each (perLayerInputs.ts). Full training would hold all of it, at 16 bytes a value.
import { HumanError } from "../../../common/errors.ts";
import type { DecoderConfig, LayerAttention, PerLayerInputs } from "../decoderConfig.ts";
import type { RotaryParameters } from "../rotary.ts";
import { type Architecture, layersOfTwoKinds, sizes } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { gemmaBlocks } from "./gemma2.ts";

export const gemma4: Architecture = {
  name: "Gemma4ForCausalLM",
  modelType: "gemma4_text",
  neutral: ["hidden_act", "moe_intermediate_size", "top_k_experts"], // hidden_activation is read instead
  decoder: config => {
    config.only("enable_moe_block", false);
    const decoder = gemma4Decoder(config, 512);
    return { ...decoder, perLayerInputs: perLayerInputs(config, decoder) };
  },
};

/**
 * Decoder of Gemma 4, without per-layer inputs.
 * @param usualWindow Window of files that name none.
 */
export function gemma4Decoder(config: ConfigFields, usualWindow: number): DecoderConfig {
  // Text is attended to causally in models that see whole images.
  if (config.get("use_bidirectional_attention") !== "vision")
    config.only("use_bidirectional_attention", "vision");
  const size = {
    ...sizes(config, { headSize: 256, tiedEmbeddings: true }),
    kvHeads: config.size("num_key_value_heads", 4),
  };
  const { layers } = size;
  const own = layers - sharedLayers(config, layers);
  const cap = "final_logit_softcapping";
  return {
    ...gemmaBlocks(config, size),
    normEpsilon: config.positive("rms_norm_eps", 1e-6),
    attention: layerAttention(config, size, own, usualWindow),
    attentionScale: 1,
    queryKeyNorm: "head",
    valueNorm: true,
    layerScalars: true,
    doubleWideFrom: config.flag("use_double_wide_mlp", false) ? own : null,
    logitSoftCap: config.get(cap) === undefined ? null : config.positive(cap),
  };
}

function sharedLayers(config: ConfigFields, layers: number): number {
  const key = "num_kv_shared_layers";
  return (config.get(key) ?? 0) === 0 ? 0 : config.size(key, undefined, layers - 1);
}

function perLayerInputs(
  config: ConfigFields,
  { layers, vocabularySize }: DecoderConfig,
): PerLayerInputs | null {
  const [size, rows] = ["hidden_size_per_layer_input", "vocab_size_per_layer_input"];
  if (config.get(size) === 0) {
    config.get(rows);
    return null;
  }
  const table = config.size(rows, 262_144);
  if (table < vocabularySize) throw config.unsupported(rows, [`${vocabularySize} or more, as in vocab_size`]);
  return { vocabularySize: table, parts: layers, size: config.size(size, 256) };
}

type Kind = "full_attention" | "sliding_attention";

/** @param own Number of layers with keys and values of their own. */
function layerAttention(
  config: ConfigFields,
  size: Pick<DecoderConfig, "layers" | "heads" | "kvHeads" | "headSize">,
  own: number,
  usualWindow: number,
): LayerAttention[] {
  const { layers } = size;
  const window = config.size("sliding_window", usualWindow);
  const none = { window: null, rotary: null };
  const named = layersOfTwoKinds(config, layers, layer => (layer + 1) % 6 !== 0, {
    sliding: () => ({ window, rotary: null }),
    full: none,
  });
  const kinds = named.map(
    (layer, i): Kind => (layer.window === null || i === layers - 1 ? "full_attention" : "sliding_attention"),
  );
  const heads = headsByKind(config, size, kinds);
  const rotary = (kind: Kind): RotaryParameters => rotaryOf(config, kind, heads[kind].headSize);
  const rotaries = {
    full_attention: rotary("full_attention"),
    sliding_attention: rotary("sliding_attention"),
  };
  const valuesAreKeys = config.flag("attention_k_eq_v", false);
  return kinds.map((kind, i) => {
    const keysFrom = kinds.slice(0, own).lastIndexOf(kind);
    if (keysFrom < 0)
      throw config.unsupported("num_kv_shared_layers", [`a number that leaves a layer of ${kind} its own`]);
    return {
      window: kind === "full_attention" ? null : window,
      rotary: rotaries[kind],
      ...heads[kind],
      ...(valuesAreKeys && kind === "full_attention" ? { valuesAreKeys } : {}),
      ...(i < own ? {} : { keysFrom }),
    };
  });
}

type Heads = Required<Pick<LayerAttention, "headSize" | "kvHeads">>;

/** Reads the heads of both kinds of layers, from `per_layer_config` of transformers 5 or from fields of their own. */
function headsByKind(
  config: ConfigFields,
  { heads, kvHeads, headSize }: Pick<DecoderConfig, "heads" | "kvHeads" | "headSize">,
  kinds: readonly Kind[],
): Readonly<Record<Kind, Heads>> {
  const usual = { headSize, kvHeads };
  const overrides = config.nested("per_layer_config");
  const globalKvHeads = "num_global_key_value_heads";
  const ofKind = (kind: Kind): Heads => {
    if (overrides !== null) return overridden(config, overrides, usual, kinds, kind);
    if (kind === "sliding_attention" || config.isNull("per_layer_config")) return usual;
    const apart = config.flag("attention_k_eq_v", false) && config.get(globalKvHeads) !== undefined;
    if (config.isNull("global_head_dim")) throw config.unsupported("global_head_dim", ["a number"]);
    return {
      headSize: config.size("global_head_dim", 512),
      kvHeads: apart ? config.size(globalKvHeads) : kvHeads,
    };
  };
  const found = { full_attention: ofKind("full_attention"), sliding_attention: ofKind("sliding_attention") };
  for (const key of ["global_head_dim", globalKvHeads]) config.get(key); // without effect where overrides are
  for (const one of Object.values(found)) {
    if (heads % one.kvHeads !== 0) throw config.unsupported("num_key_value_heads", [`a divisor of ${heads}`]);
    if (one.headSize % 2 !== 0)
      throw new HumanError(`${config.path}: heads of odd size (global_head_dim) are not supported.`, {
        remedy: "Choose a model whose head_dim and global_head_dim are even.",
      });
  }
  return found;
}

/** Reads what `per_layer_config` says about all layers of a kind, which has to be the same. */
function overridden(
  config: ConfigFields,
  overrides: ConfigFields,
  usual: Heads,
  kinds: readonly Kind[],
  kind: Kind,
): Heads {
  const byLayer = new Map(overrides.keys.map(key => [Number(key), overrides.nested(key)]));
  const all = kinds.flatMap((one, i) => {
    const own = byLayer.get(i);
    if (one !== kind) return [];
    return [
      {
        headSize: own?.size("head_dim", usual.headSize) ?? usual.headSize,
        kvHeads: own?.size("num_key_value_heads", usual.kvHeads) ?? usual.kvHeads,
      },
    ];
  });
  const [first = usual] = all;
  if (all.some(one => one.headSize !== first.headSize || one.kvHeads !== first.kvHeads))
    throw config.unsupported("per_layer_config", [`the same for all layers of ${kind}`]);
  return first;
}

const usualRotary = {
  full_attention: { theta: 1_000_000, share: 0.25, proportional: true },
  sliding_attention: { theta: 10_000, share: 1, proportional: false },
} as const;

/** Reads the rotation of one kind of layers. A file has both kinds or neither. */
function rotaryOf(config: ConfigFields, kind: Kind, headSize: number): RotaryParameters {
  const parameters = config.nested("rope_parameters");
  const plain = (theta: number): RotaryParameters => ({ theta, interleaved: false, scaling: null });
  const proportional = (theta: number, share: number, factor: number): RotaryParameters => {
    const pairs = Math.floor((share * headSize) / 2);
    return { ...plain(theta), scaling: { type: "proportional", factor, pairs } };
  };
  if (parameters === null) {
    config.absent("rope_theta");
    const { theta, share, proportional: isProportional } = usualRotary[kind];
    return isProportional ? proportional(theta, share, 1) : plain(theta);
  }
  const fields = parameters.nested(kind);
  if (fields === null) throw config.unsupported("rope_parameters", ["full_attention and sliding_attention"]);
  const theta = fields.positive("rope_theta");
  const type = fields.choice("rope_type", { default: "default", proportional: "proportional" }, "default");
  const share = fields.positive("partial_rotary_factor", 1);
  return type === "default" ? plain(theta) : proportional(theta, share, fields.positive("factor", 1));
}
