// Llama 2 and 3, and the many models with the same structure: SmolLM2, EuroLLM, Salamandra.
import type { DecoderConfig, LinearNames, ModelNames } from "../decoderConfig.ts";
import type { RotaryParameters } from "../rotary.ts";
import {
  type Architecture,
  activation,
  attentionLinears,
  type DecoderSizes,
  everyLayer,
  feedForwardLinears,
  sizes,
} from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { type RotaryDefaults, rotaryFields } from "./rotaryFields.ts";

/** Norms of blocks that normalise what their halves yield. */
export const normsBehind = ["post_attention_layernorm", "post_feedforward_layernorm"] as const;

const modelNames: ModelNames = {
  embeddings: "model.embed_tokens",
  embeddingNorm: null,
  layers: "model.layers",
  finalNorm: "model.norm",
  head: "lm_head",
};

export const separateLinears: LinearNames = {
  attention: ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
  output: "self_attn.o_proj",
  feedForward: ["mlp.gate_proj", "mlp.up_proj"],
  down: "mlp.down_proj",
};

/**
 * Baseline from which the other architectures deviate: every layer sees all earlier tokens, and nothing has a
 * bias.
 */
export function llamaDecoder(
  size: DecoderSizes,
  normEpsilon: number,
  rotary: RotaryParameters | null,
): DecoderConfig {
  return {
    ...size,
    names: modelNames,
    embeddingScale: 1,
    noiseIsScaled: false,
    alibi: false,
    sinusoidsFrom: null,
    block: "sequential",
    residualScale: 1,
    norm: "rms",
    normEpsilon,
    blockNorms: ["input_layernorm", "post_attention_layernorm"],
    attention: everyLayer(size.layers, { window: null, rotary }),
    attentionScale: 1 / Math.sqrt(size.headSize),
    attentionSoftCap: null,
    queryKeyNorm: null,
    queryKeyNormNames: { q: "self_attn.q_norm", k: "self_attn.k_norm" },
    valueNorm: false,
    doubleWideFrom: null,
    perLayerInputs: null,
    layerScalars: false,
    attentionGate: false,
    linears: separateLinears,
    biases: [],
    gated: true,
    activation: "silu",
    logitScale: 1,
    logitSoftCap: null,
  };
}

interface LlamaDefaults {
  readonly normEpsilon?: number;
  readonly tiedEmbeddings?: boolean;
  readonly headSize?: number;
  readonly rotary?: RotaryDefaults;
}

/** Llama's structure, read from the fields that related architectures share. */
export function llamaShaped(
  config: ConfigFields,
  { normEpsilon = 1e-6, tiedEmbeddings = false, headSize, rotary }: LlamaDefaults = {},
): DecoderConfig {
  const size = sizes(config, { tiedEmbeddings, ...(headSize === undefined ? {} : { headSize }) });
  const epsilon = config.positive("rms_norm_eps", normEpsilon);
  const decoder = llamaDecoder(size, epsilon, rotaryFields(config, rotary));
  return { ...decoder, activation: activation(config, "hidden_act", "silu") };
}

/** Linear layers with a bias, in architectures with a flag for attention and one for the feed-forward part. */
export function biasFields(config: ConfigFields): string[] {
  return [
    ...(config.flag("attention_bias", false) ? attentionLinears : []),
    ...(config.flag("mlp_bias", false) ? feedForwardLinears : []),
  ];
}

export const llama: Architecture = {
  name: "LlamaForCausalLM",
  modelType: "llama",
  otherTypes: ["internlm3", "iquestcoder"],
  decoder: config => ({
    ...llamaShaped(config, {
      normEpsilon: (config.get("model_type") ?? "llama") === "llama" ? 1e-6 : 1e-5,
    }),
    biases: biasFields(config),
  }),
};
