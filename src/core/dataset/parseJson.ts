// JSON as data files have it: with numbers that a double can't hold, and with words that are no JSON.

import { parseShallow } from "../../common/nesting.ts";

/** A text, which is passed over, or an integer. */
const textOrLongInteger = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,400}(?=\s*[,}\]])/gs;

/** Integers of 16 digits or more become text: as numbers, ids would lose digits. @throws SyntaxError, TooDeep */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return parseShallow(text);
  let exact = text;
  try {
    exact = text.replace(textOrLongInteger, part => (part.startsWith('"') ? part : `"${part}"`));
  } catch {
    // Millions of backslashes exhaust the expression's stack.
  }
  return parseShallow(exact);
}

/** Python writes NaN where a table has nothing. */
export function hasNoNumber(text: string): boolean {
  return /[:[,]\s*(NaN|-?Infinity)\s*[,}\]]/.test(text);
}
