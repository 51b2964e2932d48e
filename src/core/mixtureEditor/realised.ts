// What each mixture comes to in the data at hand: examples and tokens, language by language.

import { realisedCounts } from "../mixture/counts.ts";
import type { MixtureSpec } from "../mixture/mixtureFile.ts";
import type { Known } from "./known.ts";
import { roughTokens } from "./words.ts";

export interface LanguagePart {
  readonly language: string;
  readonly examples: number;
  /** null where its tokens are not known. */
  readonly tokens: number | null;
}

/** Largest first; null where the budget or the data are not known. */
export function partsOf(spec: MixtureSpec, budget: number | null, known: Known): LanguagePart[] | null {
  const { form } = spec;
  const needsData = form.kind === "temperature" || ("over" in form && form.over === "all");
  if (budget === null || (needsData && known.train.length === 0)) return null;
  const sizes = new Map(known.train.map(({ language, rows }) => [language, rows]));
  const counts = realisedCounts(form, budget, sizes);
  return Object.entries(counts)
    .map(([language, count]) => ({
      language,
      examples: count,
      tokens: roughTokens(
        known.train.find(each => each.language === language),
        count,
      ),
    }))
    .sort((a, b) => b.examples - a.examples);
}

/** null as soon as one part's are not known: half a sum would mislead. */
export function sumOfTokens(parts: readonly LanguagePart[]): number | null {
  let sum = 0;
  for (const { tokens, examples } of parts) {
    if (examples === 0) continue;
    if (tokens === null) return null;
    sum += tokens;
  }
  return Number(sum.toPrecision(2));
}
