// Opens a model in a single GGUF file, as written by llama.cpp and its converters.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../../common/errors.ts";
import type { ChatOptions } from "../../../core/mixture/mixtureFile.ts";
import { sha256OfFile } from "../../../node/sha256.ts";
import { expectedTensors } from "../expectedTensors.ts";
import { parseModelConfig } from "../modelConfig.ts";
import type { ModelFolder } from "../modelFolder.ts";
import { architectureOf, ggufConfig } from "./ggufConfig.ts";
import { openGguf } from "./ggufFile.ts";
import { ggufTensors } from "./ggufTensors.ts";
import { chatTemplateOf, ggufTokenizer } from "./ggufTokenizer.ts";

export function isGgufName(path: string): boolean {
  return path.toLowerCase().endsWith(".gguf");
}

/** Path of the only GGUF file in a folder; null if there is none. With several, the user must choose. */
export function onlyGgufIn(folder: string): string | null {
  const names = readdirSync(folder).filter(isGgufName).sort();
  const [only, ...others] = names;
  if (only === undefined) return null;
  if (others.length === 0) return join(folder, only);
  throw new HumanError(`${folder} holds ${names.length} GGUF files: ${names.join(", ")}.`, {
    remedy: "Write the path of one of them after `model:`.",
  });
}

/** @param path Absolute path of the file. */
export function openGgufModel(path: string, chat: ChatOptions = {}): ModelFolder {
  if (!isGgufName(path))
    throw new HumanError(`${path} is neither a model folder nor a GGUF file.`, {
      remedy: "Choose a folder with config.json, tokenizer.json and .safetensors weights, or a .gguf file.",
    });
  const file = openGguf(path);
  const architecture = architectureOf(file);
  const { config: configJson, generation } = ggufConfig(file);
  const config = parseModelConfig(path, configJson, generation);
  const expected = expectedTensors(config);
  const { tensors, read } = ggufTensors(file, architecture, expected, config.decoder.headSize);
  let parameterCount = 0;
  for (const shape of expected.values()) parameterCount += shape.reduce((product, size) => product * size, 1);
  let hash: string | null = null;
  return {
    path,
    name: basename(path),
    config,
    configJson,
    isTower: false,
    notes: [],
    tensors,
    parameterCount,
    template: chatTemplateOf(file, chat.templateName) === null ? "plain" : "own",
    chat,
    readTensor: read,
    tokenizerFiles: () => ggufTokenizer(file, chat.templateName),
    sha256() {
      hash ??= sha256OfFile(path);
      return hash;
    },
  };
}
