// File patterns with `{language}`: conversion between a language and its file.
import { escapeRegExp } from "../../common/regExp.ts";
import { knownLanguage } from "../language/names.ts";

export const languagePlaceholder = "{language}";

/** Returns the file of one language, for example `data/train/fi.jsonl`. */
export function fillPattern(pattern: string, language: string): string {
  return pattern.replaceAll(languagePlaceholder, language);
}

/**
 * Returns the canonical language of a path that the pattern matches, or null. Slashes and backslashes are
 * equivalent; the placeholder never matches either.
 */
export function languageOfPath(pattern: string, path: string): string | null {
  const parts = slashes(pattern).split(languagePlaceholder);
  if (parts.length < 2) return null;
  const quoted = parts.map(escapeRegExp);
  const source = quoted.reduce((all, part, i) => all + (i === 1 ? "([^/]+)" : "\\1") + part);
  const written = new RegExp(`^${source}$`).exec(slashes(path))?.[1];
  return written === undefined ? null : knownLanguage(written);
}

/**
 * Returns the deepest folder of the pattern without a placeholder, where a search for its files starts. `.`
 * when the pattern is only a file name.
 */
export function folderOfPattern(pattern: string): string {
  const fixed = slashes(pattern).split(languagePlaceholder)[0] ?? "";
  const end = fixed.lastIndexOf("/");
  return end < 0 ? "." : end === 0 ? "/" : fixed.slice(0, end);
}

function slashes(path: string): string {
  return path.replaceAll("\\", "/").replace(/^(\.\/)+/, "");
}
