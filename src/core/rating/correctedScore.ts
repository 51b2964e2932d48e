// The score that people would have given: the judge's on all pairs, corrected by those that people rated blind.

import { worthOf } from "../comparison/score.ts";
import type { PairVerdict } from "../records/comparison.ts";
import { ClusterNumbers } from "../statistics/clusterNumbers.ts";
import { doubleSampleMean } from "../statistics/doubleSample.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { outcomeOf, pairKey, type Rating } from "./ratings.ts";
import { isRatable } from "./session.ts";

/** Pairs of a language that must be rated before its score is corrected. */
export const enoughRated = 30;
/** Wins (ties count half) and losses that people must have seen among these: else nothing tells the judge's errors. */
const enoughOfEach = 5;

export interface CorrectedScore extends MetricValue {
  /** Pairs that people rated; `n` counts all that the judge read. */
  readonly rated: number;
  /** How much of people's wins the judge called wins, and of their losses losses. A tie is half of each, on both sides. */
  readonly sensitivity: number;
  readonly specificity: number;
}

/**
 * The rated pairs are a random part of the judged ones, so that the judge's errors on them tell those on all. Wins, ties
 * and losses are 1, 1/2 and 0 on both sides, which makes ties no case of their own; several raters of a pair count
 * by their mean. Responses that are the same text are ties without asking anybody.
 *
 * It is the regression estimator of double sampling and not Rogan and Gladen's quotient of sensitivity and
 * specificity (Lee et al. 2025 for judges): that one is made for errors measured on other data. Here its interval is
 * twice as wide and more, wider than that of the ratings alone.
 *
 * null: too few are rated, see `enoughRated`.
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
