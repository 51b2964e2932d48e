// Collects the references of a prompt in all languages.
import type { EvaluationRow } from "./example.ts";

/** Returns references by id, then by language. */
export function referencesById(
  rows: readonly EvaluationRow[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byId = new Map<string, Map<string, string>>();
  for (const { id, language, reference } of rows) {
    if (reference === undefined) continue;
    const languages = byId.get(id) ?? new Map<string, string>();
    byId.set(id, languages.set(language, reference));
  }
  return byId;
}
