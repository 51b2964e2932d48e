// Patterns of tokenizer.json as regular expressions. The Rust library uses Oniguruma.

import { toRegExp } from "oniguruma-to-es";
import { isObject, type JsonObject } from "../../common/json.ts";
import { escapeRegExp } from "../../common/regExp.ts";

/** Pattern that matches a text literally. */
export function literally(text: string): RegExp {
  return new RegExp(escapeRegExp(text), "gu");
}

export function patternOf({ pattern }: JsonObject): RegExp {
  if (typeof pattern === "string") return literally(pattern);
  const { String: text, Regex: regex } = isObject(pattern) ? pattern : {};
  if (typeof text === "string") return literally(text);
  if (typeof regex === "string") return toRegExp(regex, { target: "ES2024", global: true });
  throw new Error("a pattern is neither a Regex nor a String");
}
