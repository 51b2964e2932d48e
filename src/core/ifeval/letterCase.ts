// Tests and counts capital and small letters, in scripts that have them.
import { primarySubtag } from "./writingSystem.ts";

/** Returns true if some letter has case, and none is small. */
export function isAllCapital(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

/** Returns true if some letter has case, and none is capital. */
export function isAllSmall(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

// Separators between words. Hyphens, apostrophes and slashes are part of words.
const between = /[^\p{L}\p{M}\p{N}'\u2019.\-\u2010\u2011/_]+/u;
// English contractions: the tokenizer of the reference implementation splits "I'M" into two words.
const contraction = /^(.+)(['\u2019](?:S|M|D|LL|RE|VE)|N['\u2019]T)$/u;

const marksAtEnds = "'\u2019.-/_";

function withoutMarks(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && marksAtEnds.includes(word.charAt(start))) start++;
  while (end > start && marksAtEnds.includes(word.charAt(end - 1))) end--;
  return word.slice(start, end);
}

/** Counts words in capitals only; a hyphenated word is one word. */
export function capitalWords(text: string, language: string): number {
  let found = 0;
  for (const word of text.split(between)) {
    const trimmed = withoutMarks(word);
    if (!isAllCapital(trimmed)) continue;
    found += primarySubtag(language) === "en" && contraction.test(trimmed) ? 2 : 1;
  }
  return found;
}
