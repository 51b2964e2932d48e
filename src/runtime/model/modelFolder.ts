// Interface of an opened model, the same for every format in which it may be stored.
import type { JsonObject } from "../../common/json.ts";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
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
  /** True if the tokenizer was made from a SentencePiece vocabulary without its tokenizer.model. */
  readonly fromPieces?: true;
}

export interface ModelFolder {
  readonly path: string; // absolute: a folder or a file
  /** Last part of the path, for display. */
  readonly name: string;
  readonly config: ModelConfig;
  /** Configuration in the format of Hugging Face's config.json, whatever the format of the model. */
  readonly configJson: JsonObject;
  /** True for the text model of a multimodal one, on whose modules adapters have longer names. */
  readonly isTower: boolean;
  /** Sentences for the user about how the files were read. */
  readonly notes: readonly string[];
  /** Tensors of the decoder by Hugging Face name. Others in the files are ignored. */
  readonly tensors: ReadonlyMap<string, ModelTensor>;
  readonly parameterCount: number;
  readonly template: "own" | "plain";
  /** Options for rendering conversations. */
  readonly chat: ChatOptions;
  /** Reads a tensor as float32 values, row-major. */
  readTensor(name: string): Float32Array<ArrayBuffer>;
  /** Reads the same values in parts; absent if the format has no such way. */
  readParts?(name: string): Iterable<Float32Array>;
  /** Reads the tokenizer files, on each call because they can be large. */
  tokenizerFiles(): TokenizerFiles;
  /** Hash of everything that determines what the model computes; calculated on the first call. */
  sha256(): string;
}
