// English words according to the Language Confusion Benchmark, with the same list (`wamerican` of Ubuntu
// 12.04, from SCOWL).
import { readFileSync } from "node:fs";
import { englishWordsPath } from "./packagedData.ts";

const leastLetters = 4;

let words: ReadonlySet<string> | null = null;

/**
 * Reports whether a token is one of the lower-case words of more than 3 letters. The list is read on first
 * use.
 */
export function isEnglishWord(token: string): boolean {
  words ??= readWords();
  return words.has(token);
}

function readWords(): ReadonlySet<string> {
  const listed = readFileSync(englishWordsPath(), "utf8").split(/\r?\n/u);
  return new Set(listed.filter(word => word.length >= leastLetters && word === word.toLowerCase()));
}
