// Examples and tokens that each mixture takes from the available data, by language.

import { drawnCounts } from "../mixture/counts.ts";
import type { MixtureSpec } from "../mixture/mixtureFile.ts";
import { roughTokens } from "./amountText.ts";
import type { Known } from "./known.ts";

export interface LanguagePart {
  readonly language: string;
  readonly examples: number;
  /** Null when the tokens are unknown. */
  readonly tokens: number | null;
}

/** Largest part first. Returns null when the budget or the data are unknown. */
export function partsOf(spec: MixtureSpec, budget: number | null, known: Known): LanguagePart[] | null {
  const { form } = spec;
  const needsData = form.kind === "temperature" || ("over" in form && form.over === "all");
  if (budget === null || (needsData && known.train.length === 0)) return null;
  const sizes = new Map(known.train.map(({ language, rows }) => [language, rows]));
  const counts = drawnCounts(form, budget, sizes);
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

/** Returns null when the tokens of any part are unknown: a partial sum would mislead. */
export function sumOfTokens(parts: readonly LanguagePart[]): number | null {
  let sum = 0;
  for (const { tokens, examples } of parts) {
    if (examples === 0) continue;
    if (tokens === null) return null;
    sum += tokens;
  }
  return Number(sum.toPrecision(2));
}
