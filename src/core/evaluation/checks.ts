// Decides by rule whether a response does what its row asks.
import type { Check } from "./checkTypes.ts";
import { foldText, normaliseText, trimMarks } from "./normalise.ts";

/** True when every check passes; without checks there is nothing to fail. */
export function passesChecks(response: string, checks: readonly Check[]): boolean {
  return checks.every(check => passesCheck(response, check));
}

export function passesCheck(response: string, check: Check): boolean {
  switch (check.kind) {
    case "answer": {
      const given = normaliseText(response);
      return given !== "" && check.accepts.some(accepted => normaliseText(accepted) === given);
    }
    case "includes": {
      const given = normaliseText(response);
      return check.all.every(part => occurs(normaliseText(part), given));
    }
    case "excludes": {
      const given = normaliseText(response);
      return !check.none.some(part => occurs(normaliseText(part), given));
    }
    case "list":
      return isList(response, check.items);
  }
}

const wordCharacter = /[\p{L}\p{M}\p{N}]/u;
// Scripts written without spaces between words: any position is a boundary.
const breakless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

function bindsWords(character: string | undefined): boolean {
  return character !== undefined && wordCharacter.test(character) && !breakless.test(character);
}

/** Whether `part` occurs as whole words; both are normalised. */
function occurs(part: string, text: string): boolean {
  if (part === "") return true;
  const characters = [...part];
  const first = characters[0];
  const last = characters[characters.length - 1];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    const before = [...text.slice(Math.max(0, at - 4), at)].reverse();
    const after = [...text.slice(at + part.length, at + part.length + 4)];
    if (!joined(first, before) && !joined(last, after)) return true;
  }
  return false;
}

/** Whether the word or number goes on beyond its edge: letters touch, or digits do across a separator. */
function joined(edge: string | undefined, outward: readonly string[]): boolean {
  if (!bindsWords(edge)) return false;
  if (bindsWords(outward[0])) return true;
  const isDigit = (character: string | undefined): boolean => /\p{Nd}/u.test(character ?? "");
  return isDigit(edge) && /[.,\u066b\u066c]/u.test(outward[0] ?? "") && isDigit(outward[1]);
}

// "and" as a word of its own: en it es ru cs et fi hi sw, then de fr pt pl nl sv tr.
const andWords = "and|&|e|ed|y|и|a|i|ja|sekä|और|तथा|एवं|व|na|und|et|ja|en|och|og|ve|و|ו".split("|");
// Written onto the next word (ar, he) or between two words without spaces (zh, ja, ko).
const andPrefixes = "و|ו-?";
const andInfixes = "和|与|與|及|以及|还有|還有|と|と、";

const comma = "[,;\\u060c\\u061b\\u3001]";
// "- ", "* ", "1. ", "2) " at the start of a line.
const bullet = "(?:(?:[-*\\u2022\\u2013\\u2014]|\\p{Nd}{1,3}[.)])[^\\S\\n]+)?";
const quote = "[\"']?";
const space = "[^\\S\\n]*";
const spacedAnd = `(?:${andWords.join("|")})[^\\S\\n]+`;
const separator =
  `(?:${space}${comma}${space}(?:${spacedAnd}|${andPrefixes}|(?:${andInfixes})${space})?` +
  `|${space}[.\\u0964\\u3002${",;\\u060c\\u061b\\u3001"}]?${space}\\n\\s*${bullet}(?:${spacedAnd})?` +
  `|[^\\S\\n]+(?:${spacedAnd}|${andPrefixes})` +
  `|${space}(?:${andInfixes})${space})`;

/** Exactly these items in this order; matched whole, so that an item may itself hold a comma or an "and". */
function isList(response: string, items: readonly string[]): boolean {
  const given = trimMarks(foldText(response.replace(/\r\n?/gu, "\n")));
  if (items.length === 0) return given === "";
  const parts = items.map(item => quote + escaped(normaliseText(item)) + quote);
  return new RegExp(`^${bullet}${parts.join(separator)}$`, "u").test(given);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&").replace(/\s+/gu, "[^\\S\\n]+");
}
