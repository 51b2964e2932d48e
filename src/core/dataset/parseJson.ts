// Parses JSON as found in data files: with integers too long for a double, and with invalid
// words such as NaN.

import { parseShallow } from "../../common/nesting.ts";

/** A string, which is skipped, or a long integer. */
const textOrLongInteger = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,400}(?=\s*[,}\]])/gs;

/**
 * Parses JSON, with integers of 16 digits or more as text: ids would lose digits as numbers.
 * @throws SyntaxError, TooDeep
 */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return parseShallow(text);
  let exact = text;
  try {
    exact = text.replace(textOrLongInteger, part => (part.startsWith('"') ? part : `"${part}"`));
  } catch {
    // Millions of backslashes overflow the regular expression's stack.
  }
  return parseShallow(exact);
}

/** Returns true if the text contains NaN or Infinity, which Python writes for missing values in tables. */
export function hasNoNumber(text: string): boolean {
  return /[:[,]\s*(NaN|-?Infinity)\s*[,}\]]/.test(text);
}
