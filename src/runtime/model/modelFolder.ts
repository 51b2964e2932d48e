// An opened model, whatever it is stored as: checked in full before anything is computed with it.
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { JsonObject } from "../../common/json.ts";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
import { onlyGgufIn, openGgufModel } from "./gguf/ggufModel.ts";
import { openHuggingFaceFolder } from "./huggingFaceFolder.ts";
import type { ModelConfig } from "./modelConfig.ts";

/** Where a tensor's values lie as they are, row-major and little-endian: what ONNX external data wants. */
export interface StoredTensor {
  readonly path: string;
  readonly dtype: "float32" | "float16" | "bfloat16";
  /** In bytes from the start of the file. */
  readonly offset: number;
  readonly length: number; // bytes
}

export interface ModelTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** null: the file holds it in another form (quantised, or in another order); `readTensor` converts it. */
  readonly stored: StoredTensor | null;
}

export interface TokenizerFiles {
  /** As in tokenizer.json. */
  readonly tokenizer: JsonObject;
  /** As in tokenizer_config.json; empty when the model has none. */
  readonly config: JsonObject;
  /** null: the model has none, so the plain template is used. */
  readonly chatTemplate: string | null;
  /** A file beside it that looks like one, and that tokenizers don't read. */
  readonly unreadTemplate?: string;
}

export interface ModelFolder {
  readonly path: string; // absolute: a folder or a file
  /** Last part of the path, for people. */
  readonly name: string;
  readonly config: ModelConfig;
  /** As in Hugging Face's config.json, whatever the model is stored as. */
  readonly configJson: JsonObject;
  /** The tensors of the decoder, by Hugging Face name; extra ones of the files are left out. */
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly parameterCount: number;
  readonly template: "own" | "plain";
  /** How conversations are written for it. */
  readonly chat: ChatOptions;
  /** float32 values, row-major. */
  readTensor(name: string): Float32Array<ArrayBuffer>;
  /** Read on each call: they can be large. */
  tokenizerFiles(): TokenizerFiles;
  /** Of everything that decides what the model computes; made on the first call. */
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
