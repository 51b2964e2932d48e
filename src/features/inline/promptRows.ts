// Finds the prompts of an evaluation file and the mixtures of a mixture file in their text.
import { isObject } from "../../common/json.ts";
import { canonicalTag, isLanguageTag } from "../../core/language/tags.ts";

export interface PromptRow {
  readonly line: number;
  readonly language: string;
  readonly id: string;
}

/** Rows of JSON Lines with an id. The language is the row's own, or the one in the file's name. */
export function promptRows(text: string, fileName: string): PromptRow[] {
  const named = fileName.replace(/\.jsonl$/i, "");
  const ofFile = isLanguageTag(named) ? canonicalTag(named) : null;
  return text.split("\n").flatMap((line, number): PromptRow[] => {
    if (!line.includes('"id"')) return [];
    try {
      const row: unknown = JSON.parse(line);
      if (!isObject(row)) return [];
      const own = typeof row.language === "string" ? row.language : null;
      const language = own !== null && isLanguageTag(own) ? canonicalTag(own) : ofFile;
      const isId = typeof row.id === "string" || typeof row.id === "number";
      return language === null || !isId ? [] : [{ line: number, language, id: String(row.id) }];
    } catch {
      return [];
    }
  });
}

/** Keys below `mixtures:`; the text may be incomplete. */
export function mixtureLines(text: string): { readonly name: string; readonly line: number }[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex(line => /^mixtures\s*:/.test(line));
  if (start < 0) return [];
  const found: { name: string; line: number }[] = [];
  let indent: string | null = null;
  for (let line = start + 1; line < lines.length; line++) {
    const content = lines[line] ?? "";
    if (/^\s*(#.*)?$/.test(content)) continue;
    const key = /^(\s+)(?:"([^"]+)"|'([^']+)'|([^\s:#][^:]*?))\s*:(\s|$)/.exec(content);
    if (!/^\s/.test(content)) break;
    if (key === null) continue;
    indent ??= key[1] ?? "";
    if (key[1] === indent) found.push({ name: key[2] ?? key[3] ?? key[4] ?? "", line });
  }
  return found;
}

/** Whether the run is of the mixture itself or of a member of its sweep. */
export function isOfMixture(mixture: string, key: string): boolean {
  return mixture === key || mixture.startsWith(`${key}@`);
}
