// Opens a model in any supported format, and checks it completely before anything is computed with it.
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { JsonObject } from "../../common/json.ts";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
import { onlyGgufIn, openGgufModel } from "./gguf/ggufModel.ts";
import { openHuggingFaceFolder } from "./huggingFaceFolder.ts";
import type { ModelConfig } from "./modelConfig.ts";

/** Location of a tensor's values, row-major and little-endian, as ONNX external data requires. */
export interface StoredTensor {
  readonly path: string;
  readonly dtype: "float32" | "float16" | "bfloat16";
  /** Position in bytes from the start of the file. */
  readonly offset: number;
  readonly length: number; // bytes
}

export interface ModelTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /**
   * Location of the values; null if the file stores them in another form (quantised, or in another order),
   * which `readTensor` converts.
   */
  readonly stored: StoredTensor | null;
}

export interface TokenizerFiles {
  /** Contents of tokenizer.json. */
  readonly tokenizer: JsonObject;
  /** Contents of tokenizer_config.json; empty if the model has none. */
  readonly config: JsonObject;
  /** Chat template; null if the model has none, so that the plain template is used. */
  readonly chatTemplate: string | null;
  /** Name of a file that looks like a chat template but that tokenizers do not read. */
  readonly unreadTemplate?: string;
}

export interface ModelFolder {
  readonly path: string; // absolute: a folder or a file
  /** Last part of the path, for display. */
  readonly name: string;
  readonly config: ModelConfig;
  /** Configuration in the format of Hugging Face's config.json, whatever the format of the model. */
  readonly configJson: JsonObject;
  /** Tensors of the decoder by Hugging Face name. Others in the files are ignored. */
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly parameterCount: number;
  readonly template: "own" | "plain";
  /** Options for rendering conversations. */
  readonly chat: ChatOptions;
  /** Reads a tensor as float32 values, row-major. */
  readTensor(name: string): Float32Array<ArrayBuffer>;
  /** Reads the tokenizer files, on each call because they can be large. */
  tokenizerFiles(): TokenizerFiles;
  /** Hash of everything that determines what the model computes; calculated on the first call. */
  sha256(): string;
}

/** @param path A Hugging Face model folder, a GGUF file, or a folder whose only model is a GGUF file. */
export function openModel(path: string, chat: ChatOptions = {}): ModelFolder {
  const absolute = resolve(path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (found === undefined)
    throw new HumanError(`Model ${absolute} does not exist.`, {
      remedy: "Check the path after `model:` in the mixture file.",
    });
  if (!found.isDirectory()) return openGgufModel(absolute, chat);
  const gguf = existsSync(join(absolute, "config.json")) ? null : onlyGgufIn(absolute);
  return gguf === null ? openHuggingFaceFolder(absolute, chat) : openGgufModel(gguf, chat);
}
