// Checks by rule whether a response does what its row asks for.
import type { Check } from "../dataset/checkTypes.ts";
import { foldText, normaliseText, trimMarks } from "../language/foldText.ts";
import { spaceless } from "../language/scripts.ts";

/** True when every check passes, or there are none. */
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

/** False in scripts without spaces between words, where every position is a word boundary. */
function bindsWords(character: string | undefined): boolean {
  return character !== undefined && wordCharacter.test(character) && !spaceless.test(character);
}

/** True if `part` occurs as whole words; both are normalised. */
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

/** True if the word or number continues beyond its edge: letters touch, or digits do across a separator. */
function joined(edge: string | undefined, outward: readonly string[]): boolean {
  if (!bindsWords(edge)) return false;
  if (bindsWords(outward[0])) return true;
  const isDigit = (character: string | undefined): boolean => /\p{Nd}/u.test(character ?? "");
  return isDigit(edge) && /[.,\u066b\u066c]/u.test(outward[0] ?? "") && isDigit(outward[1]);
}

// "and" as a separate word: en it es ru cs et fi hi sw, then de fr pt pl nl sv tr.
const andWords = "and|&|e|ed|y|и|a|i|ja|sekä|और|तथा|एवं|व|na|und|et|ja|en|och|og|ve|و|ו".split("|");
// "and" as a prefix of the next word (ar, he), or between two words without spaces (zh, ja, ko).
const andPrefixes = "و|ו-?";
const andInfixes = "和|与|與|及|以及|还有|還有|と|と、";

const comma = "[,;\\u060c\\u061b\\u3001]";
// "- ", "* ", "1. ", "2) " at the start of a line, after white space was reduced to single spaces and "\n".
const bullet = "(?:(?:[-*\\u2022\\u2013\\u2014]|\\p{Nd}{1,3}[.)]) )?";
const spacedAnd = `(?:${andWords.join("|")}) `;
const bulletAtStart = new RegExp(`^${bullet}`, "u");
const separator = new RegExp(
  `^(?: ?${comma} ?(?:${spacedAnd}|${andPrefixes}|(?:${andInfixes}) ?)?` +
    `| ?[.\\u0964\\u3002${",;\\u060c\\u061b\\u3001"}]? ?\\n${bullet}(?:${spacedAnd})?` +
    `| (?:${spacedAnd}|${andPrefixes})` +
    `| ?(?:${andInfixes}) ?)$`,
  "u",
);
/** Maximum length of a separator, in UTF-16 units. */
const longestSeparator = 24;

/**
 * True if the response lists exactly these items in this order. Items are matched whole, because an item may
 * contain a comma or an "and". If "a" is an item as well as a word for "and", a response can be read in
 * several ways: all of them are tried at once.
 */
function isList(response: string, items: readonly string[]): boolean {
  const text = trimMarks(foldText(response)).replace(/[^\S\n\r]+/gu, " ");
  const given = text.replace(/ ?[\n\r]\s*/gu, "\n");
  if (items.length === 0) return given === "";
  let ends = new Set<number>();
  for (const [index, item] of items.entries()) {
    const wanted = normaliseText(item);
    if (wanted === "") return false;
    const starts = index === 0 ? firstStarts(given) : startsAfter(given, ends, wanted);
    ends = new Set([...starts].flatMap(start => endsOf(given, start, wanted)));
  }
  return ends.has(given.length);
}

function firstStarts(given: string): Set<number> {
  return new Set([0, bulletAtStart.exec(given)?.[0].length ?? 0]);
}

/** Positions where an item may begin: after a separator that follows one of these ends. */
function startsAfter(given: string, ends: ReadonlySet<number>, wanted: string): Set<number> {
  const starts = new Set<number>();
  for (const end of ends) {
    for (let start = end + 1; start <= end + longestSeparator; start++) {
      if (endsOf(given, start, wanted).length > 0 && separator.test(given.slice(end, start)))
        starts.add(start);
    }
  }
  return starts;
}

/** Positions where the item that begins here may end, with or without surrounding quotation marks. */
function endsOf(given: string, start: number, wanted: string): number[] {
  const inside = isQuote(given, start) && !given.startsWith(wanted, start) ? start + 1 : start;
  if (!given.startsWith(wanted, inside)) return [];
  const end = inside + wanted.length;
  return isQuote(given, end) ? [end, end + 1] : [end];
}

function isQuote(given: string, at: number): boolean {
  return given[at] === '"' || given[at] === "'";
}
