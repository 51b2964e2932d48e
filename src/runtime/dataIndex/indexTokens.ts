// Counts the tokens of a data file's examples for a mixture file's model, from the sampled rows.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { Purpose } from "../../core/dataset/layouts.ts";
import type { ChatOptions } from "../../core/mixture/mixtureFile.ts";
import { openModel } from "../model/openModel.ts";
import { resolveModelFolder } from "../model/resolveModel.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import type { SampledRow } from "./indexLanguage.ts";

/** Files of a model that determine how text becomes tokens. */
const decisive = ["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];

export interface TokenCounter {
  /** Changes whenever the counts may change. */
  readonly key: string;
  /** Reports whether the model can be used at all. */
  usable(): boolean;
  /** Mean tokens of an example; null if the model can't be used. */
  count(sample: readonly SampledRow[], purpose: Purpose): number | null;
}

/** Opens the model on the first count. @returns null if the model does not exist here. */
export function tokenCounter(
  model: string,
  chat: ChatOptions | undefined,
  mixtureFile: string,
  starter: string,
): TokenCounter | null {
  let path: string;
  try {
    path = resolveModelFolder(model, mixtureFile, starter);
  } catch (error) {
    if (error instanceof HumanError) return null;
    throw error;
  }
  let tokenizer: ChatTokenizer | null | undefined;
  const open = (): ChatTokenizer | null => {
    try {
      return loadTokenizer(openModel(path, chat));
    } catch (error) {
      if (error instanceof HumanError) return null;
      throw error;
    }
  };
  const opened = (): ChatTokenizer | null => {
    tokenizer ??= tokenizer === undefined ? open() : null;
    return tokenizer;
  };
  return {
    key: keyOf(path, chat),
    usable: () => opened() !== null,
    count(sample, purpose) {
      const tokenizer = opened();
      return tokenizer === null || sample.length === 0 ? null : meanTokens(sample, purpose, tokenizer);
    },
  };
}

function meanTokens(sample: readonly SampledRow[], purpose: Purpose, tokenizer: ChatTokenizer): number {
  let tokens = 0;
  for (const { prompt, response, scale } of sample) {
    const ids =
      purpose === "training" && response !== ""
        ? tokenizer.formatExample({ prompt, response }).ids
        : tokenizer.formatPrompt({ prompt });
    tokens += scale * ids.length;
  }
  return tokens / sample.length;
}

function keyOf(path: string, chat: ChatOptions | undefined): string {
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  const files = folder === path ? decisive.map(name => join(folder, name)) : [path];
  const stats = files.map(file => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? "" : `${found.size}:${found.mtimeMs}`;
  });
  return createHash("sha256")
    .update([path, ...(chat === undefined ? [] : [JSON.stringify(chat)]), ...stats].join("\0"))
    .digest("hex")
    .slice(0, 24);
}
