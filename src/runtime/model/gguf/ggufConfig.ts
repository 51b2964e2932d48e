// Converts a GGUF file's metadata to Hugging Face's config.json, so that both formats share one set of
// checks.
import { HumanError } from "../../../common/errors.ts";
import type { JsonObject } from "../../../common/json.ts";
import type { RotaryScaling } from "../../../graph/nn/rotary.ts";
import { type GgufFile, readGgufTensor, readNumbers } from "./ggufFile.ts";
import { damaged } from "./ggufReader.ts";

/**
 * Returns the shortest number with the same float32 value: files store 1e-5 as the nearest float32, which
 * reads as 0.00000999999974….
 */
function shortest(value: number): number {
  if (Math.fround(value) !== value) return value;
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}

/** Metadata under the keys `<architecture>.…`, each checked when read. */
class GgufFields {
  readonly file: GgufFile;
  readonly architecture: string;

  constructor(file: GgufFile, architecture: string) {
    this.file = file;
    this.architecture = architecture;
  }

  /** Reads a number; null if the key is missing. */
  number(key: string): number | null {
    const value = this.file.metadata.get(`${this.architecture}.${key}`);
    if (value === undefined) return null;
    if (typeof value === "number" && Number.isFinite(value)) return shortest(value);
    const perLayer = typeof value === "object" ? this.#uniform(key) : null;
    if (perLayer !== null) return perLayer;
    throw new HumanError(`${this.file.path}: ${this.architecture}.${key} is not a number.`, {
      remedy: damaged,
    });
  }

  required(key: string): number {
    const value = this.number(key);
    if (value !== null) return value;
    throw new HumanError(`${this.file.path}: ${this.architecture}.${key} is missing.`, { remedy: damaged });
  }

  text(key: string): string | null {
    const value = this.file.metadata.get(`${this.architecture}.${key}`);
    return typeof value === "string" ? value : null;
  }

  /** Reads a number that may be given per layer, provided that all layers have the same. */
  #uniform(key: string): number | null {
    const values = readNumbers(this.file, `${this.architecture}.${key}`) ?? [];
    const [first] = values;
    if (first === undefined) return null;
    if (values.every(value => value === first)) return first;
    throw unsupported(this.file, `${this.architecture}.${key} that differs from layer to layer`);
  }
}

function unsupported(file: GgufFile, what: string): HumanError {
  return new HumanError(`${file.path}: ${what} is not supported.`, {
    remedy: "Choose another model, or the Hugging Face folder of this one.",
  });
}

/** Differences of an architecture's config.json from the common fields. */
interface Architecture {
  readonly className: string;
  /** Another class whose models llama.cpp's converter writes as this architecture. */
  readonly relative?: string;
  readonly modelType: string;
  readonly more: (fields: GgufFields) => JsonObject;
}

/** Number of layers of the largest Gemma 3, whose queries have a different scale. */
const largestGemmaLayers = 62;
/**
 * In Gemma 3 and Cohere2, every n-th layer has full attention; files state n only if it differs from this.
 */
export const gemmaPattern = 6;
export const coherePattern = 4;
/** Default base of the rotary embedding in Gemma 3's local layers. */
const gemmaLocalRopeBase = 10_000;

const cohereFields = (fields: GgufFields): JsonObject => ({
  hidden_act: "silu",
  layer_norm_eps: fields.required("attention.layer_norm_epsilon"),
  rms_norm_eps: null,
  logit_scale: fields.required("logit_scale"),
  attention_bias: false,
});

const architectures: Readonly<Record<string, Architecture>> = {
  llama: {
    className: "LlamaForCausalLM",
    relative: "MistralForCausalLM",
    modelType: "llama",
    more: fields => {
      const window = fields.number("attention.sliding_window");
      const mistral = {
        architectures: ["MistralForCausalLM"],
        model_type: "mistral",
        sliding_window: window,
      };
      const has = (tensor: string): boolean => fields.file.tensors.has(tensor);
      const biases = { attention_bias: has("blk.0.attn_q.bias"), mlp_bias: has("blk.0.ffn_up.bias") };
      return { hidden_act: "silu", ...biases, ...(window === null || window === 0 ? {} : mistral) };
    },
  },
  qwen2: {
    className: "Qwen2ForCausalLM",
    modelType: "qwen2",
    more: () => ({ hidden_act: "silu", use_sliding_window: false }),
  },
  qwen3: {
    className: "Qwen3ForCausalLM",
    modelType: "qwen3",
    more: () => ({ hidden_act: "silu", use_sliding_window: false, attention_bias: false }),
  },
  gemma3: {
    className: "Gemma3ForCausalLM",
    modelType: "gemma3_text",
    more: fields => ({
      hidden_activation: "gelu_pytorch_tanh",
      sliding_window: fields.required("attention.sliding_window"),
      sliding_window_pattern: fields.number("attention.sliding_window_pattern") ?? gemmaPattern,
      rope_local_base_freq: fields.number("rope.freq_base_swa") ?? gemmaLocalRopeBase,
      query_pre_attn_scalar:
        fields.required("block_count") === largestGemmaLayers
          ? fields.required("embedding_length") / fields.required("attention.head_count")
          : fields.required("attention.key_length"),
      final_logit_softcapping: fields.number("final_logit_softcapping"),
      attn_logit_softcapping: null,
      attention_bias: false,
    }),
  },
  "command-r": {
    className: "CohereForCausalLM",
    modelType: "cohere",
    more: fields => ({
      ...cohereFields(fields),
      use_qk_norm: fields.file.tensors.has("blk.0.attn_q_norm.weight"),
    }),
  },
  cohere2: {
    className: "Cohere2ForCausalLM",
    modelType: "cohere2",
    more: fields => ({
      ...cohereFields(fields),
      sliding_window: fields.required("attention.sliding_window"),
      sliding_window_pattern: fields.number("attention.sliding_window_pattern") ?? coherePattern,
    }),
  },
};

export const ggufArchitectures: readonly string[] = Object.keys(architectures);

/** Returns the architecture under which files store the models of a class; null if there is none. */
export function storedArchitecture(className: string): string | null {
  const found = Object.entries(architectures).find(
    ([, { className: own, relative }]) => own === className || relative === className,
  );
  return found?.[0] ?? null;
}

/** Returns the architecture of a file. @throws HumanError that names the supported ones. */
export function architectureOf(file: GgufFile): string {
  const name = file.metadata.get("general.architecture");
  if (typeof name === "string" && Object.hasOwn(architectures, name)) return name;
  const found = typeof name === "string" ? `architecture ${name}` : "a file without general.architecture";
  throw new HumanError(`${file.path}: ${found} is not supported.`, {
    remedy: `Supported architectures of GGUF files: ${ggufArchitectures.join(", ")}.`,
  });
}

/**
 * Frequency scaling of Llama 3.1 and later. All released models share these values; only the factor differs.
 */
const llama3Scaling = { low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };

/** Divisors of Llama 3's rotary frequencies (`_compute_llama3_parameters` in transformers). */
export function llama3Divisors(
  scaling: Omit<Extract<RotaryScaling, { readonly type: "llama3" }>, "type">,
  ropeTheta: number,
  headSize: number,
): number[] {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high } = scaling;
  const original = scaling.originalMaxPositions;
  return Array.from({ length: headSize / 2 }, (_, i) => {
    const wavelength = 2 * Math.PI * ropeTheta ** ((2 * i) / headSize);
    if (wavelength < original / high) return 1;
    if (wavelength > original / low) return factor;
    const smooth = (original / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}

/** Derives the scaling parameters of config.json from the divisors that a GGUF file stores. */
function ropeFactors(file: GgufFile, ropeTheta: number, headSize: number): JsonObject | null {
  for (const name of ["rope_factors_long.weight", "rope_factors_short.weight"])
    if (file.tensors.has(name)) throw unsupported(file, `longrope scaling (${name})`);
  const tensor = file.tensors.get("rope_freqs.weight");
  if (tensor === undefined) return null;
  if (tensor.type === null) throw unsupported(file, `rope_freqs.weight of type ${tensor.typeName}`);
  const divisors = readGgufTensor(file, tensor);
  if (divisors.every(divisor => divisor === 1)) return null;
  const factor = divisors.reduce((a, b) => Math.max(a, b), 0);
  const { low_freq_factor: lowFrequencyFactor, high_freq_factor: highFrequencyFactor } = llama3Scaling;
  const originalMaxPositions = llama3Scaling.original_max_position_embeddings;
  const scaling = { factor, lowFrequencyFactor, highFrequencyFactor, originalMaxPositions };
  const expected = llama3Divisors(scaling, ropeTheta, headSize);
  const equal = expected.every((value, i) => Math.abs(value - (divisors[i] ?? 0)) <= 1e-3 * value);
  if (expected.length !== divisors.length || !equal)
    throw unsupported(file, "rotary scaling by rope_freqs.weight other than that of Llama 3");
  return { rope_type: "llama3", factor, ...llama3Scaling };
}

function ropeScaling(file: GgufFile, fields: GgufFields, ropeTheta: number, headSize: number) {
  const factors = ropeFactors(file, ropeTheta, headSize);
  const type = fields.text("rope.scaling.type") ?? "none";
  const factor = fields.number("rope.scaling.factor") ?? fields.number("rope.scale_linear");
  if (factors !== null) return factors;
  if (factor === null || factor === 0 || factor === 1 || type === "none") return null;
  const original = fields.number("rope.scaling.original_context_length");
  return {
    rope_type: type,
    factor,
    ...(original === null ? {} : { original_max_position_embeddings: original }),
  };
}

function checkFeatures(file: GgufFile, fields: GgufFields, headSize: number): void {
  if ((fields.number("expert_count") ?? 0) > 0) throw unsupported(file, "a mixture of experts");
  const rotated = fields.number("rope.dimension_count") ?? headSize;
  if (rotated !== headSize)
    throw unsupported(file, `rotary embedding of ${rotated} of a head's ${headSize} values`);
  const valueSize = fields.number("attention.value_length") ?? headSize;
  if (valueSize !== headSize) throw unsupported(file, `keys of ${headSize} and values of ${valueSize}`);
  const split = file.metadata.get("split.count");
  if (typeof split === "number" && split > 1)
    throw new HumanError(`${file.path} is one of ${split} parts of a model.`, {
      remedy: "Join them with `llama-gguf-split --merge`, and choose the file that it makes.",
    });
}

function tokenId(file: GgufFile, key: string): number | null {
  const value = file.metadata.get(`tokenizer.ggml.${key}`);
  return typeof value === "number" ? value : null;
}

/** Keys of the tokens that end an answer: end of text, of a turn, and of a message to a tool. */
export const endKeys = ["eos_token_id", "eot_token_id", "eom_token_id"] as const;

/** Returns config.json and generation_config.json in Hugging Face's format. */
export function ggufConfig(file: GgufFile): { readonly config: JsonObject; readonly generation: JsonObject } {
  const name = architectureOf(file);
  const architecture = architectures[name];
  if (architecture === undefined) throw new Error(`no description of ${name}`);
  const fields = new GgufFields(file, name);
  const hiddenSize = fields.required("embedding_length");
  const heads = fields.required("attention.head_count");
  const headSize = fields.number("attention.key_length") ?? hiddenSize / heads;
  checkFeatures(file, fields, headSize);
  const ropeTheta = fields.number("rope.freq_base") ?? 10_000;
  const embedding = file.tensors.get("token_embd.weight");
  if (embedding === undefined)
    throw new HumanError(`${file.path}: tensor token_embd.weight is missing.`, { remedy: damaged });
  const config: JsonObject = {
    architectures: [architecture.className],
    model_type: architecture.modelType,
    hidden_size: hiddenSize,
    intermediate_size: fields.required("feed_forward_length"),
    num_hidden_layers: fields.required("block_count"),
    num_attention_heads: heads,
    num_key_value_heads: fields.number("attention.head_count_kv") ?? heads,
    head_dim: headSize,
    vocab_size: embedding.shape[0],
    rms_norm_eps: fields.number("attention.layer_norm_rms_epsilon") ?? 1e-6,
    rope_theta: ropeTheta,
    rope_scaling: ropeScaling(file, fields, ropeTheta, headSize),
    max_position_embeddings: fields.required("context_length"),
    tie_word_embeddings: !file.tensors.has("output.weight"),
    bos_token_id: tokenId(file, "bos_token_id"),
    eos_token_id: tokenId(file, "eos_token_id"),
    ...architecture.more(fields),
  };
  // A chat model may end its turns with a different token than its texts.
  const ends = endKeys.map(key => tokenId(file, key)).filter(id => id !== null);
  return { config, generation: { eos_token_id: [...new Set(ends)] } };
}
