// Finds the language that the mixtures of a table are spread from.
import { groupBy } from "../../common/groupBy.ts";
import type { MixtureForm } from "../mixture/mixtureFile.ts";

/**
 * Returns the base of most spread mixtures; otherwise the only monolingual language, English, or the first.
 */
export function baseLanguageOf(forms: readonly MixtureForm[], languages: readonly string[]): string | null {
  const bases = [
    ...groupBy(
      forms.flatMap(form => (form.kind === "spread" ? form.base : [])),
      base => base,
    ),
  ];
  const spread = bases.sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
  if (spread !== undefined) return spread;
  const alone = new Set(forms.flatMap(form => (form.kind === "monolingual" ? form.language : [])));
  const [only] = alone;
  if (only !== undefined && alone.size === 1) return only;
  return languages.includes("en") ? "en" : (languages[0] ?? null);
}
