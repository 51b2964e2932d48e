// The English words that the Language Confusion Benchmark looks for: the same list (`wamerican` of Ubuntu 12.04, from SCOWL).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HumanError, messageOf } from "../../common/errors.ts";

// Beside the bundles in the extension's package (scripts/package.mjs), in node_modules of a checkout.
const file = "dictionaries/dict/american-english";
const leastLetters = 4;

let words: ReadonlySet<string> | null = null;

/** Whether a token is one of the words in lower case with more than 3 letters. The list is read on first use. */
export function isEnglishWord(token: string): boolean {
  words ??= readWords();
  return words.has(token);
}

function readWords(): ReadonlySet<string> {
  try {
    const text = readFileSync(createRequire(__filename).resolve(file), "utf8");
    const listed = text.split("\n").map(line => line.trim());
    return new Set(listed.filter(word => word.length >= leastLetters && word === word.toLowerCase()));
  } catch (cause) {
    throw new HumanError(`The list of English words can't be read (${messageOf(cause)}).`, {
      remedy: "Install the extension again, or run npm install in a checkout.",
      cause,
    });
  }
}
