// Multimodal models: their text model alone, as a config.json of its own and under its own tensor names.
import { HumanError } from "../../common/errors.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { ConfigFields } from "../../graph/nn/architectures/configFields.ts";
import { isNeutral } from "../../graph/nn/architectures/neutralKeys.ts";
import { renamedTensors } from "./renamedTensors.ts";
import type { SafetensorsFile } from "./safetensors.ts";

interface Wrapper {
  readonly name: string;
  readonly modelType: string;
  /** Class of the text model by its model_type; the first if it names none. */
  readonly text: Readonly<Record<string, TextModel>>;
  /** Default of tie_word_embeddings. */
  readonly tied: boolean;
  /** True for files that have the fields of the text model next to vision_config. */
  readonly flat?: boolean;
}

interface TextModel {
  readonly architecture: string;
  readonly modelType: string;
  /**
   * Defaults of its configuration class. transformers 4 leaves them out of text_config, sizes included, as in
   * Gemma 3 4B.
   */
  readonly defaults: JsonObject;
  /** Fields that the multimodal class reads otherwise. */
  readonly instead?: JsonObject;
}

const sizes = (
  [vocabulary, hidden, intermediate, positions]: readonly [number, number, number, number],
  [layers, heads, kvHeads]: readonly [number, number, number],
): JsonObject => ({
  vocab_size: vocabulary,
  hidden_size: hidden,
  intermediate_size: intermediate,
  max_position_embeddings: positions,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  num_key_value_heads: kvHeads,
});

const qwen2: TextModel = {
  architecture: "Qwen2ForCausalLM",
  modelType: "qwen2",
  defaults: {
    ...sizes([152_064, 8192, 29_568, 32_768], [80, 64, 8]),
    rms_norm_eps: 1e-5,
    rope_theta: 1_000_000,
    max_window_layers: 80,
  },
};

const wrappers: readonly Wrapper[] = [
  {
    name: "Gemma3ForConditionalGeneration",
    modelType: "gemma3",
    text: {
      gemma3_text: {
        architecture: "Gemma3ForCausalLM",
        modelType: "gemma3_text",
        defaults: sizes([262_208, 2304, 9216, 131_072], [26, 8, 4]),
      },
    },
    tied: true,
  },
  {
    name: "Gemma4ForConditionalGeneration",
    modelType: "gemma4",
    text: {
      gemma4_text: {
        architecture: "Gemma4ForCausalLM",
        modelType: "gemma4_text",
        defaults: sizes([262_144, 2304, 9216, 131_072], [30, 8, 4]),
      },
    },
    tied: true,
  },
  {
    name: "Gemma4UnifiedForConditionalGeneration",
    modelType: "gemma4_unified",
    text: {
      gemma4_unified_text: {
        architecture: "Gemma4UnifiedForCausalLM",
        modelType: "gemma4_unified_text",
        defaults: sizes([262_144, 2304, 9216, 262_144], [30, 8, 4]),
      },
    },
    tied: true,
  },
  {
    name: "Mistral3ForConditionalGeneration",
    modelType: "mistral3",
    text: {
      mistral: {
        architecture: "MistralForCausalLM",
        modelType: "mistral",
        defaults: sizes([32_000, 4096, 14_336, 131_072], [32, 32, 8]),
      },
      ministral3: {
        architecture: "Ministral3ForCausalLM",
        modelType: "ministral3",
        defaults: sizes([131_072, 4096, 14_336, 262_144], [34, 32, 8]),
      },
    },
    tied: true,
  },
  {
    name: "AyaVisionForConditionalGeneration",
    modelType: "aya_vision",
    text: {
      cohere2: {
        architecture: "Cohere2ForCausalLM",
        modelType: "cohere2",
        defaults: sizes([256_000, 8192, 22_528, 8192], [40, 64, 64]),
        instead: { logit_scale: 1 }, // transformers does not scale the logits of Aya Vision
      },
    },
    tied: true,
  },
  {
    name: "Qwen2_5_VLForConditionalGeneration",
    modelType: "qwen2_5_vl",
    text: { qwen2_5_vl_text: qwen2, qwen2_5_vl: qwen2 },
    tied: false,
    flat: true,
  },
  {
    name: "Qwen3_5ForConditionalGeneration",
    modelType: "qwen3_5",
    text: {
      qwen3_5_text: {
        architecture: "Qwen3_5ForCausalLM",
        modelType: "qwen3_5_text",
        defaults: sizes([248_320, 4096, 12_288, 32_768], [32, 16, 4]),
      },
    },
    tied: false,
  },
  {
    name: "Qwen3VLForConditionalGeneration",
    modelType: "qwen3_vl",
    text: {
      qwen3_vl_text: {
        architecture: "Qwen3ForCausalLM",
        modelType: "qwen3",
        defaults: { ...sizes([151_936, 4096, 22_016, 128_000], [32, 32, 32]), rope_theta: 500_000 },
      },
    },
    tied: false,
  },
];

export const wrapperNames: readonly string[] = wrappers.map(({ name }) => name);

/** Keys of wrappers about images and sound, and of their joint with the text. */
const aboutImages =
  /^(?:vision|image|video|audio|boi|eoi|boa|eoa|projector|multimodal_projector|adapter)_|^(?:mm_tokens_per_image|spatial_merge_size|downsample_factor)$/;

/**
 * Returns config.json of the text model in a multimodal model; null if the model is none of these.
 * @param path Path of the file, for error messages.
 */
export function textTower(path: string, json: JsonObject): JsonObject | null {
  const { architectures: named, model_type: type } = json;
  const wrapper = wrappers.find(({ name, modelType }) =>
    Array.isArray(named) && named.length > 0 ? named.includes(name) : modelType === type,
  );
  if (wrapper === undefined) return null;
  if (type !== undefined && type !== wrapper.modelType)
    throw new HumanError(
      `${path}: architectures names ${wrapper.name}, but model_type is ${JSON.stringify(type)}.`,
      {
        remedy: `If the model is a ${wrapper.name}, set model_type to "${wrapper.modelType}".`,
      },
    );
  const inside = json.text_config;
  const flat = inside === undefined && wrapper.flat === true;
  if (!flat && !isObject(inside))
    throw new HumanError(`${path} has no text_config.`, { remedy: "Correct the file or download it again." });
  const outer: JsonObject = flat
    ? Object.fromEntries(Object.entries(json).filter(([key]) => aboutImages.test(key)))
    : json;
  const fields: JsonObject = isObject(inside)
    ? inside
    : Object.fromEntries(Object.entries(json).filter(([key]) => !aboutImages.test(key)));
  refuseUnknown(path, outer);
  const text = textModelOf(path, wrapper, fields.model_type);
  // transformers reads them in Mistral models that are not inside another one
  if (text.modelType === "mistral") new ConfigFields(path, fields, "text_config.").absent("layer_types");
  const inherited = Object.fromEntries(
    ["eos_token_id", "bos_token_id", "torch_dtype", "dtype"]
      .map(key => [key, json[key] ?? fields[key]] as const)
      .filter(([, value]) => value !== undefined),
  );
  return {
    ...text.defaults,
    ...withoutSections(fields),
    ...inherited,
    ...text.instead,
    architectures: [text.architecture],
    model_type: text.modelType,
    tie_word_embeddings: isTied(wrapper, json, fields),
  };
}

/** transformers 5 goes by the outer field, and only in Qwen2.5-VL by the inner one as well. */
function isTied({ flat, tied }: Wrapper, json: JsonObject, fields: JsonObject): unknown {
  if (flat === true && fields.tie_word_embeddings === true) return true;
  return json.tie_word_embeddings ?? tied;
}

function textModelOf(path: string, wrapper: Wrapper, type: unknown): TextModel {
  const [first] = Object.values(wrapper.text);
  const found = type === undefined ? first : wrapper.text[String(type)];
  if (found !== undefined) return found;
  throw new HumanError(
    `${path}: text_config.model_type ${JSON.stringify(type)} is not supported in a ${wrapper.name}.`,
    {
      remedy: `Supported: ${Object.keys(wrapper.text).join(", ")}. Choose another model, or ask for this one to be supported.`,
    },
  );
}

function refuseUnknown(path: string, outer: JsonObject): void {
  const fields = new ConfigFields(path, outer);
  fields.absent("quantization_config", "quantization", "per_layer_config");
  fields.refuseUnread(
    key => key === "text_config" || key === "tie_word_embeddings" || aboutImages.test(key) || isNeutral(key),
  );
}

/**
 * Drops what divides the rotation into sections for time, height and width: texts have the same position in
 * all three.
 */
function withoutSections(fields: JsonObject): JsonObject {
  const plain = Object.entries(fields).map(([key, value]) => {
    if (!/^rope_(?:scaling|parameters)$/.test(key) || !isObject(value)) return [key, value];
    const { mrope_section: _, mrope_interleaved: __, ...kept } = value;
    const typed = Object.entries(kept).map(([name, type]) => [name, type === "mrope" ? "default" : type]);
    return [key, Object.fromEntries(typed)];
  });
  return Object.fromEntries(plain);
}

/** Places of the text model's tensors in the files of a multimodal one, by version of transformers. */
const towerPrefixes = [
  [/^language_model\.(?=model\.|lm_head\.)/, ""],
  [/^model\.language_model\./, "model."],
] as const;

/** Returns the files with the names that the text model's tensors have on their own. */
export function towerFiles(files: readonly SafetensorsFile[]): SafetensorsFile[] {
  return files.map(file => renamedTensors(file, towerPrefixes));
}

const alone = "base_model.model.model.";
const inTower = `${alone}language_model.`;

/** Name of an adapter's tensor in files for PEFT, which follows the modules of the base's own class. */
export function adapterNameIn(isTower: boolean, name: string): string {
  return isTower && name.startsWith(alone) ? inTower + name.slice(alone.length) : name;
}

/** Returns an adapter's file with the names that its tensors have for a text model alone. */
export function adapterOfTower(file: SafetensorsFile): SafetensorsFile {
  const entries = [...file.entries].map(
    ([name, entry]) => [name.startsWith(inTower) ? alone + name.slice(inTower.length) : name, entry] as const,
  );
  return { ...file, entries: new Map(entries) };
}
