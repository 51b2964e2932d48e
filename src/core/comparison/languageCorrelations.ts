// Correlates the side-by-side scores of languages whose prompts are translations of each other.

import type { PairVerdict } from "../records/comparison.ts";
import type { LanguageCorrelations } from "../records/records.ts";
import { ClusterNumbers } from "../statistics/clusterNumbers.ts";
import { degreesOf, type LanguageSums, languageCorrelations } from "../statistics/correlations.ts";
import { worthOf } from "./pairScore.ts";

const digits = 1000; // correlations are rounded to three decimals

/**
 * Returns correlations over the pairs that could be read. Equal ids are translations, and groups are
 * clusters. Null if fewer than two languages have such pairs.
 */
export function comparisonCorrelations(verdicts: readonly PairVerdict[]): LanguageCorrelations | null {
  const clusters = new ClusterNumbers();
  const sums = new Map<string, { clusters: number[]; tops: number[]; bottoms: number[] }>();
  for (const { language, outcome, ...verdict } of verdicts) {
    if (outcome === null) continue;
    const cluster = clusters.of(verdict);
    const own = sums.get(language) ?? { clusters: [], tops: [], bottoms: [] };
    own.clusters.push(cluster);
    own.tops.push(worthOf[outcome]);
    own.bottoms.push(1);
    sums.set(language, own);
  }
  if (sums.size < 2) return null;
  const all: readonly LanguageSums[] = [...sums.values()];
  const pairs = languageCorrelations(all, clusters.count).map(value => Math.round(value * digits) / digits);
  return { languages: [...sums.keys()], pairs, degrees: Math.round(degreesOf(all) * digits) / digits };
}
