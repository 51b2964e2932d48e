// Which differences between two mixtures an evaluation can show, known before anything runs.
import { minimumDetectableDifference } from "../statistics/minimumDetectable.ts";

/** Smallest differences in pass rates, 0 to 1, that one run of each mixture shows in 80 of 100 cases at the 5 % level. */
export interface Detectable {
  /** null where not even the largest difference would be found. */
  readonly languages: Readonly<Record<string, number | null>>;
  /** Of the mean over languages; null with fewer than two of them, too. */
  readonly mean: number | null;
}

/** What is not known before: stated wherever these numbers are shown. Rates of 50 % are the worst case. */
export const detectableAssumptions = {
  rate: 0.5,
  power: 0.8,
  /**
   * Of two mixtures' outcomes on one prompt. In 36 pairs of the starter's pinch curve (12 languages, 140 prompts) it
   * was 0.62 on average, and above this in nine of ten.
   */
  ofPairs: 0.4,
  /** Of the differences in two languages on one prompt: 0.09 on average there, below this in nine of ten pairs. */
  ofLanguages: 0.2,
} as const;

/** @param ids prompts of each language; equal ids are translations of each other */
export function detectableDifferences(ids: ReadonlyMap<string, readonly string[]>): Detectable {
  const asked = [...ids].filter(([, own]) => own.length > 0);
  const languages = Object.fromEntries(asked.map(([language, own]) => [language, smallest(own.length)]));
  const mean = asked.length < 2 ? null : smallest(promptsOfMean(asked.map(([, own]) => new Set(own))));
  return { languages, mean };
}

function smallest(prompts: number): number | null {
  const { rate, power, ofPairs } = detectableAssumptions;
  const found = minimumDetectableDifference({ prompts, rate, power, correlation: ofPairs });
  return Number.isFinite(found) ? found : null;
}

/**
 * How many prompts of one language would give as certain a mean: k^2 / sum over pairs of languages of
 * r |common| / (n m), with r = 1 for a language with itself.
 */
function promptsOfMean(languages: readonly ReadonlySet<string>[]): number {
  let variance = 0;
  languages.forEach((own, i) => {
    variance += 1 / own.size;
    for (const other of languages.slice(i + 1)) {
      const common = [...own].filter(id => other.has(id)).length;
      variance += (2 * detectableAssumptions.ofLanguages * common) / (own.size * other.size);
    }
  });
  return languages.length ** 2 / variance;
}
