// Opens a model in a Hugging Face folder: config.json, tokenizer.json and safetensors weights.
import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
import { sha256OfFile, sha256OfText } from "../../node/sha256.ts";
import { expectedTensors } from "./expectedTensors.ts";
import { readOptionalJson, readRequiredJson, requireModest } from "./jsonFile.ts";
import { type ModelConfig, parseModelConfig } from "./modelConfig.ts";
import type { ModelFolder, ModelTensor, StoredTensor } from "./modelFolder.ts";
import {
  openSafetensors,
  readTensorFloat32,
  type SafetensorsDtype,
  type SafetensorsFile,
} from "./safetensors.ts";
import { furtherTemplate, readChatTemplate } from "./templateSource.ts";

const singleFile = "model.safetensors";
const indexFile = "model.safetensors.index.json";
/** Template file of processors for images and text. */
const processorTemplate = "chat_template.json";
/** File in which older tools store the special tokens, read if tokenizer_config.json lacks them. */
const olderTokens = "special_tokens_map.json";
const tokenizerFile = "tokenizer.json";
const folderRemedy =
  "Choose the folder of a Hugging Face model: config.json, tokenizer.json and .safetensors weights, all in one folder.";
const tokenizerRemedy = "Download the model's tokenizer.json into the folder.";
/** Other forms of a tokenizer, which transformers converts. */
const convertible = [
  "tokenizer.model",
  "spiece.model",
  "sentencepiece.bpe.model",
  "tekken.json",
  "vocab.json",
];

function missingTokenizer(folder: string): HumanError {
  const other = convertible.find(name => existsSync(join(folder, name)));
  const quoted = JSON.stringify(folder);
  if (other === undefined)
    return new HumanError(`${join(folder, tokenizerFile)} is missing.`, { remedy: tokenizerRemedy });
  return new HumanError(`${folder} has ${other}, but no ${tokenizerFile}.`, {
    remedy: `Convert it: pip install transformers sentencepiece protobuf tiktoken, then python -c 'from transformers import AutoTokenizer; AutoTokenizer.from_pretrained(${quoted}).save_pretrained(${quoted})'.`,
  });
}

function shardsOf(folder: string): string[] {
  const indexPath = join(folder, indexFile);
  const index = readOptionalJson(indexPath);
  if (index === null)
    throw new HumanError(`${folder} has neither ${singleFile} nor ${indexFile}.`, {
      remedy:
        "Choose a folder with safetensors weights; PyTorch .bin weights are converted by save_pretrained(..., safe_serialization=True).",
    });
  const map = index.weight_map;
  if (!isObject(map))
    throw new HumanError(`${indexPath} has no weight_map.`, { remedy: "Download or copy the file again." });
  const names = [...new Set(Object.values(map).map(String))].sort();
  for (const name of names) {
    if (name !== basename(name) || name === "..")
      throw new HumanError(`${indexPath} names ${name}, which is not a file next to it.`, {
        remedy: "Use the model's original index file.",
      });
    if (!existsSync(join(folder, name)))
      throw new HumanError(`${join(folder, name)} is missing; ${indexFile} names it.`, {
        remedy: "Download the model's remaining files.",
      });
  }
  return names;
}

const storedTypes: Partial<Record<SafetensorsDtype, StoredTensor["dtype"]>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

function collectTensors(folder: string, files: readonly SafetensorsFile[], config: ModelConfig) {
  const tensors = new Map<string, ModelTensor & { readonly file: SafetensorsFile }>();
  for (const [name, shape] of expectedTensors(config)) {
    const file = files.find(candidate => candidate.entries.has(name));
    const entry = file?.entries.get(name);
    if (file === undefined || entry === undefined) {
      const other = name === "lm_head.weight" ? " (config.json says tie_word_embeddings: false)" : "";
      throw new HumanError(`${folder}: tensor ${name} is missing from the weights${other}.`, {
        remedy:
          "Check that config.json and the weights belong to the same model and that all shards are there.",
      });
    }
    if (entry.shape.join() !== shape.join())
      throw new HumanError(
        `${file.path}: tensor ${name} has shape [${entry.shape.join(", ")}], config.json asks for [${shape.join(", ")}].`,
        { remedy: "Check that config.json and the weights belong to the same model." },
      );
    const dtype = storedTypes[entry.dtype];
    if (dtype === undefined)
      throw new HumanError(
        `${file.path}: tensor ${name} is ${entry.dtype}; F32, F16 and BF16 are supported.`,
        {
          remedy: "Save the model in one of these formats.",
        },
      );
    const { offset, length } = entry;
    tensors.set(name, { name, shape, stored: { path: file.path, dtype, offset, length }, file });
  }
  return tensors;
}

const hashedBesideWeights = [
  "config.json",
  "generation_config.json",
  tokenizerFile,
  "tokenizer_config.json",
  "chat_template.jinja",
];

/** @param folder Absolute path. */
export function openHuggingFaceFolder(folder: string, chat: ChatOptions): ModelFolder {
  const configPath = join(folder, "config.json");
  const configJson = readRequiredJson(configPath, folderRemedy);
  const generation = readOptionalJson(join(folder, "generation_config.json")) ?? {};
  const config = parseModelConfig(configPath, configJson, generation);
  const names = existsSync(join(folder, singleFile)) ? [singleFile] : shardsOf(folder);
  const tokenizer = join(folder, tokenizerFile);
  if (!existsSync(tokenizer)) throw missingTokenizer(folder);
  const files = names.map(name => openSafetensors(join(folder, name)));
  const tensors = collectTensors(folder, files, config);
  let parameterCount = 0;
  for (const { shape } of tensors.values())
    parameterCount += shape.reduce((product, size) => product * size, 1);
  const chatTemplate = readChatTemplate(folder, chat.templateName);
  let hash: string | null = null;
  return {
    path: folder,
    name: basename(folder),
    config,
    configJson,
    tensors,
    parameterCount,
    template: chatTemplate === null ? "plain" : "own",
    chat,
    readTensor(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new Error(`The model has no tensor ${name}.`);
      return readTensorFloat32(tensor.file, name);
    },
    tokenizerFiles: () => ({
      tokenizer: readRequiredJson(tokenizer, tokenizerRemedy, true),
      config: {
        ...readOptionalJson(join(folder, olderTokens)),
        ...readOptionalJson(join(folder, "tokenizer_config.json")),
      },
      chatTemplate,
      ...(chatTemplate === null &&
        existsSync(join(folder, processorTemplate)) && { unreadTemplate: processorTemplate }),
    }),
    // Hash of the lines `<sha256>  <file name>\n`, in the format of `sha256sum`, sorted by name.
    sha256() {
      const besideWeights = [
        ...hashedBesideWeights.filter(name => existsSync(join(folder, name))),
        ...(chat.templateName === undefined ? [] : furtherTemplate(folder, chat.templateName)),
      ];
      for (const name of besideWeights) requireModest(join(folder, name), statSync(join(folder, name)));
      const present = [...names, ...besideWeights].sort();
      hash ??= sha256OfText(present.map(name => `${sha256OfFile(join(folder, name))}  ${name}\n`).join(""));
      return hash;
    },
  };
}
