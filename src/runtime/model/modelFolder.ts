// A Hugging Face model folder, checked in full before anything is computed with it.
import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { decoderWeights } from "../../graph/nn/decoder.ts";
import { sha256OfFile, sha256OfText } from "../files/sha256.ts";
import { isJsonObject, readOptionalJson } from "./jsonFile.ts";
import { decoderConfig, type LlamaConfig, readLlamaConfig } from "./llamaConfig.ts";
import {
  openSafetensors,
  readTensorFloat32,
  type SafetensorsEntry,
  type SafetensorsFile,
} from "./safetensors.ts";
import { hasOwnTemplate } from "./templateSource.ts";

export interface ModelTensor extends SafetensorsEntry {
  readonly name: string;
  readonly file: SafetensorsFile;
}

export interface ModelFolder {
  readonly folder: string; // absolute
  /** Last part of the folder's path, for people. */
  readonly name: string;
  readonly config: LlamaConfig;
  /** The tensors of the decoder, by Hugging Face name; extra ones of the files are left out. */
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly weightFiles: readonly string[];
  readonly parameterCount: number;
  readonly template: "own" | "plain";
  /** float32 values, row-major. */
  readTensor(name: string): Float32Array<ArrayBuffer>;
  /**
   * SHA-256 of the lines `<sha256>  <file name>\n` (as `sha256sum` prints them) of weights, config and
   * tokenizer files, sorted by name. Computed on the first call.
   */
  sha256(): string;
}

/** Every tensor of a Llama decoder with its shape, [out, in] for linear layers. */
export function expectedTensors(config: LlamaConfig): ReadonlyMap<string, readonly number[]> {
  return new Map(decoderWeights(decoderConfig(config)).map(({ name, shape }) => [name, shape]));
}

const singleFile = "model.safetensors";
const indexFile = "model.safetensors.index.json";

function shardsOf(folder: string): string[] {
  const indexPath = join(folder, indexFile);
  const index = readOptionalJson(indexPath);
  if (index === null)
    throw new HumanError(`${folder} has neither ${singleFile} nor ${indexFile}.`, {
      remedy:
        "Choose a folder with safetensors weights; PyTorch .bin weights are converted by save_pretrained(..., safe_serialization=True).",
    });
  const map = index.weight_map;
  if (!isJsonObject(map))
    throw new HumanError(`${indexPath} has no weight_map.`, { remedy: "Download or copy the file again." });
  const names = [...new Set(Object.values(map).map(String))].sort();
  for (const name of names) {
    if (name !== basename(name) || name === "..")
      throw new HumanError(`${indexPath} names ${name}, which is not a file beside it.`, {
        remedy: "Use the model's original index file.",
      });
    if (!existsSync(join(folder, name)))
      throw new HumanError(`${join(folder, name)} is missing; ${indexFile} names it.`, {
        remedy: "Download the model's remaining files.",
      });
  }
  return names;
}

function collectTensors(folder: string, files: readonly SafetensorsFile[], config: LlamaConfig) {
  const tensors = new Map<string, ModelTensor>();
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
    if (entry.dtype !== "F32" && entry.dtype !== "F16" && entry.dtype !== "BF16")
      throw new HumanError(
        `${file.path}: tensor ${name} is ${entry.dtype}; F32, F16 and BF16 are supported.`,
        {
          remedy: "Save the model in one of these formats.",
        },
      );
    tensors.set(name, { ...entry, name, file });
  }
  return tensors;
}

const hashedBesideWeights = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
];

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export function openModel(folder: string): ModelFolder {
  const absolute = resolve(folder);
  if (!isFolder(absolute))
    throw new HumanError(`Model folder ${absolute} does not exist.`, {
      remedy: "Check the path after `model:` in the mixture file.",
    });
  const config = readLlamaConfig(absolute);
  const names = existsSync(join(absolute, singleFile)) ? [singleFile] : shardsOf(absolute);
  if (!existsSync(join(absolute, "tokenizer.json")))
    throw new HumanError(`${join(absolute, "tokenizer.json")} is missing.`, {
      remedy:
        "Download the model's tokenizer.json; a model with only tokenizer.model is converted by AutoTokenizer.save_pretrained.",
    });
  const files = names.map(name => openSafetensors(join(absolute, name)));
  const tensors = collectTensors(absolute, files, config);
  let parameterCount = 0;
  for (const { shape } of tensors.values())
    parameterCount += shape.reduce((product, size) => product * size, 1);
  let hash: string | null = null;
  return {
    folder: absolute,
    name: basename(absolute),
    config,
    tensors,
    weightFiles: files.map(file => file.path),
    parameterCount,
    template: hasOwnTemplate(absolute) ? "own" : "plain",
    readTensor(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new Error(`The model has no tensor ${name}.`);
      return readTensorFloat32(tensor.file, name);
    },
    sha256() {
      const present = [
        ...names,
        ...hashedBesideWeights.filter(name => existsSync(join(absolute, name))),
      ].sort();
      hash ??= sha256OfText(present.map(name => `${sha256OfFile(join(absolute, name))}  ${name}\n`).join(""));
      return hash;
    },
  };
}
