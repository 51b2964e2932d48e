// Opens a model in any supported format, and checks it completely before anything is computed with it.
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
import { onlyGgufIn, openGgufModel } from "./gguf/ggufModel.ts";
import { openHuggingFaceFolder } from "./huggingFaceFolder.ts";
import type { ModelFolder } from "./modelFolder.ts";

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
