// JSON as data files have it: with numbers that a double can't hold, and with words that are no JSON.

import { isNestedDeeper } from "../../common/nesting.ts";

/** A text, which is passed over, or an integer. */
const textOrLongInteger = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,400}(?=\s*[,}\]])/gs;

/** Lists and maps within each other; conversations have a handful of levels. */
const mostLevels = 64;

/** Well formed, and deeper than whatever reads rows can go. */
export class TooDeep extends Error {
  constructor() {
    super(`lists and maps are nested more than ${mostLevels} deep`);
  }
}

/** Integers of 16 digits or more become text: as numbers, ids would lose digits. @throws SyntaxError, TooDeep */
export function parseJson(text: string): unknown {
  const value = exactly(text);
  if (isNestedDeeper(value, mostLevels)) throw new TooDeep();
  return value;
}

function exactly(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  let exact = text;
  try {
    exact = text.replace(textOrLongInteger, part => (part.startsWith('"') ? part : `"${part}"`));
  } catch {
    // Millions of backslashes exhaust the expression's stack.
  }
  return JSON.parse(exact);
}

/** Python writes NaN where a table has nothing. */
export function hasNoNumber(text: string): boolean {
  return /[:[,]\s*(NaN|-?Infinity)\s*[,}\]]/.test(text);
}
