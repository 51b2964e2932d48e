// Means and differences of groups of cells, with intervals from their prompts and seeds.
import { untunedName } from "../mixture/mixtureFile.ts";
import { clusteredDifference, clusteredMean, type Difference } from "../statistics/clustered.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { holm } from "../statistics/holm.ts";
import type { Observation } from "../statistics/observations.ts";

import type { ScoreBook } from "./scoreBook.ts";

/** A mixture scored in a language. */
export interface Cell {
  readonly mixture: string;
  readonly language: string;
}

/**
 * Given explicitly, because means over mixtures are no longer 0, 0.5 or 1, from which the range is inferred.
 */
const range = [0, 1] as const;

/** Every mixture in every language. */
export function cellsOf(mixtures: readonly string[], languages: readonly string[]): Cell[] {
  return mixtures.flatMap(mixture => languages.map(language => ({ mixture, language })));
}

/** Each language counts equally, and each mixture within it; null when a cell has no score. */
export function meanOf(book: ScoreBook, cells: readonly Cell[]): MetricValue | null {
  const pooled = pool(book, cells);
  if (pooled === null) return null;
  if (cells.every(({ mixture, language }) => book.isBaseline(mixture, language)))
    return { value: 0.5, n: pooled.length, interval: [0.5, 0.5] };
  return clusteredMean(pooled, { range });
}

/** `a` minus `b`, paired by prompt, language and seed; null when a cell has no score. */
export function differenceOf(book: ScoreBook, a: readonly Cell[], b: readonly Cell[]): Difference | null {
  const [pooledA, pooledB] = [pool(book, a), pool(book, b)];
  if (pooledA === null || pooledB === null) return null;
  const isUntuned = (of: readonly Cell[]): boolean => of.every(({ mixture }) => mixture === untunedName);
  return clusteredDifference(pooledA, pooledB, {
    range,
    ...(isUntuned(a) && { untuned: "a" }),
    ...(isUntuned(b) && { untuned: "b" }),
  });
}

/** Tells which differences hold jointly at the 5 % level, by Holm's correction. */
export function holdTogether(differences: readonly Difference[]): boolean[] {
  return holm(differences.map(({ p }) => p)).map(adjusted => adjusted < 0.05);
}

/** Averages several mixtures in one language into one value for each prompt and seed. */
function pool(book: ScoreBook, cells: readonly Cell[]): Observation[] | null {
  const sums = new Map<string, { first: Observation; sum: number; count: number }>();
  for (const { mixture, language } of cells) {
    const observations = book.observations(mixture, language);
    if (observations.length === 0) return null;
    for (const one of observations) {
      const key = `${one.seed}\u0000${one.stratum}\u0000${one.cluster}`;
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { first: one, sum: one.value, count: 1 });
      else {
        sum.sum += one.value;
        sum.count++;
      }
    }
  }
  if (sums.size === 0) return null;
  return [...sums.values()].map(({ first, sum, count }) => ({ ...first, value: sum / count }));
}
