// Finds the data files that match a pattern with `{language}`.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, resolve } from "node:path";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { suggestLanguage } from "../../core/language/names.ts";
import { displayName, sortedTags } from "../../core/language/tags.ts";
import { fillPattern, languageOfPath, languagePlaceholder } from "../../core/sources/pattern.ts";

export interface LanguageFiles {
  /** Absolute paths by canonical tag, sorted by tag. */
  readonly files: ReadonlyMap<string, string>;
  /** Pairs of files of the same language, such as he.jsonl and iw.jsonl. The caller adds ranges. */
  readonly duplicates: readonly { readonly language: string; readonly paths: readonly [string, string] }[];
  /** Absolute paths of files that would match, except that their `{language}` part is not a valid tag. */
  readonly unread: readonly string[];
}

/** Lists what `{language}` matches among the names in the folder of the pattern's first placeholder. */
function writtenLanguages(absolutePattern: string): string[] {
  const parts = absolutePattern.split("/");
  const at = parts.findIndex(part => part.includes(languagePlaceholder));
  const folder = parts.slice(0, at).join("/") || "/";
  const [before = "", after = ""] = (parts[at] ?? "").split(languagePlaceholder, 2);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter(
      name =>
        !name.startsWith(".") &&
        name.length > before.length + after.length &&
        name.startsWith(before) &&
        name.endsWith(after),
    )
    .map(name => name.slice(before.length, name.length - after.length));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** @param pattern Pattern as in the mixture file, relative to it. */
export function findLanguageFiles(pattern: string, mixtureFile: string): LanguageFiles {
  const slashed = pattern.replaceAll("\\", "/");
  const base = dirname(resolve(mixtureFile));
  // Only the fixed part is resolved, because braces are ordinary characters in paths.
  const absolute = (isAbsolute(slashed) ? slashed : resolve(base, slashed)).replaceAll("\\", "/");
  const found = new Map<string, string>();
  const duplicates: { language: string; paths: [string, string] }[] = [];
  const unread: string[] = [];
  for (const written of writtenLanguages(absolute).sort()) {
    const path = fillPattern(absolute, written);
    const language = languageOfPath(absolute, path);
    if (!isFile(path)) continue;
    if (language === null) {
      unread.push(resolve(path));
      continue;
    }
    const other = found.get(language);
    if (other === undefined) found.set(language, resolve(path));
    else duplicates.push({ language, paths: [other, resolve(path)] });
  }
  const files = new Map<string, string>();
  for (const language of sortedTags(found.keys())) {
    const path = found.get(language);
    if (path !== undefined) files.set(language, path);
  }
  return { files, duplicates, unread };
}

/** Maximum number of names in a list. */
const maxNamed = 5;

/** Reports files that are not read, once for the whole pattern; null if all are read. */
export function unreadFault(unread: readonly string[], range: Diagnostic["range"]): Diagnostic | null {
  const [first] = unread;
  if (first === undefined) return null;
  const named = unread.slice(0, maxNamed).map(path => basename(path));
  const more = unread.length > maxNamed ? ` and ${unread.length - maxNamed} more` : "";
  const meant = unread.length === 1 ? suggestLanguage(basename(first).replace(/\..*$/, "")) : null;
  return {
    severity: "warning",
    code: "unread-files",
    message: `${named.join(", ")}${more} in ${dirname(first)} ${unread.length === 1 ? "is" : "are"} skipped: no language has this name.`,
    remedy:
      meant === null
        ? "Name files after their language, such as en.jsonl or zh-Hant.jsonl, or move these away."
        : `Name it ${meant}${extname(first)} if it is in ${displayName(meant)}, or move it away.`,
    range,
  };
}

export function duplicateFault(
  { language, paths }: LanguageFiles["duplicates"][number],
  range: Diagnostic["range"],
): Diagnostic {
  return {
    severity: "error",
    code: "duplicate-data",
    message: `${paths[0]} and ${paths[1]} are both data in ${language}.`,
    remedy: "Keep one of them, or merge them.",
    range,
  };
}
