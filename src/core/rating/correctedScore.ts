// Score that human raters would have given: the judge's score on all pairs, corrected with the pairs rated
// blind.

import { worthOf } from "../comparison/pairScore.ts";
import type { PairVerdict } from "../records/comparison.ts";
import { ClusterNumbers } from "../statistics/clusterNumbers.ts";
import { doubleSampleMean } from "../statistics/doubleSample.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { isRatable } from "./ratingSession.ts";
import { outcomeOf, pairKey, type Rating } from "./ratings.ts";

/** Minimum number of rated pairs in a language for a corrected score. */
export const enoughRated = 30;
/**
 * Minimum number of wins and of losses (ties count half of each) among these. With fewer, the judge's errors
 * can't be estimated.
 */
const enoughOfEach = 5;

export interface CorrectedScore extends MetricValue {
  /** Number of pairs rated by humans; `n` counts all pairs that the judge's outcome is known for. */
  readonly rated: number;
  /**
   * Fractions of the raters' wins and losses that the judge agrees with. A tie counts as half of each, on
   * both sides.
   */
  readonly sensitivity: number;
  readonly specificity: number;
}

/**
 * Estimates the corrected score. The rated pairs are a random sample of the judged ones, so the judge's
 * errors on them are representative. Wins, ties and losses count 1, 1/2 and 0 on both sides, so ties need no
 * special treatment. Several ratings of a pair count as their mean. Identical responses are ties without any
 * rating.
 *
 * Uses the regression estimator of double sampling rather than Rogan and Gladen's quotient of sensitivity and
 * specificity (Lee et al. 2025 for judges), which is designed for errors measured on other data. Its interval
 * would be at least twice as wide here, wider than that of the ratings alone.
 *
 * Returns null when too few pairs are rated, see `enoughRated`.
 */
export function correctedScore(
  verdicts: readonly PairVerdict[],
  ratings: readonly Rating[],
  language: string,
): CorrectedScore | null {
  const worths = new Map<string, number[]>();
  for (const rating of ratings) {
    if (rating.language !== language) continue;
    const key = pairKey(rating);
    worths.set(key, [...(worths.get(key) ?? []), worthOf[outcomeOf(rating)]]);
  }
  const read = verdicts.filter(verdict => verdict.language === language && verdict.outcome !== null);
  const ratable = read.filter(isRatable);
  const numbers = new ClusterNumbers();
  const items = ratable.map(verdict => {
    const given = worths.get(pairKey(verdict));
    return {
      cheap: worthOf[verdict.outcome ?? "tie"],
      exact: given === undefined ? null : sum(given) / given.length,
      cluster: numbers.of(verdict),
    };
  });
  const measured = items.flatMap(({ exact, ...item }) => (exact === null ? [] : { exact, ...item }));
  const won = sum(measured.map(({ exact }) => exact));
  const lost = measured.length - won;
  if (measured.length < enoughRated || Math.min(won, lost) < enoughOfEach) return null;
  const score = doubleSampleMean({ items, halves: read.length - ratable.length });
  return {
    ...score,
    n: read.length,
    rated: measured.length,
    sensitivity: sum(measured.map(each => each.exact * each.cheap)) / won,
    specificity: sum(measured.map(each => (1 - each.exact) * (1 - each.cheap))) / lost,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
