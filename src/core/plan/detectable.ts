// Computes which differences between two mixtures an evaluation can show, before anything runs.
import { commonToSeeds } from "../scoring/combine.ts";
import { clusterName, type Grouped } from "../statistics/clusterNumbers.ts";
import { promptDegrees } from "../statistics/degrees.ts";
import type { Variances } from "../statistics/influence.ts";
import { mcnemarPower, studentPower } from "../statistics/power.ts";
import type { SeedSpread } from "./seedSpread.ts";

/**
 * Smallest differences in pass rates, 0 to 1, that the tests of the results detect in 80 of 100 cases at a
 * corrected 5 % level.
 */
export interface Detectable {
  /** Seeds per mixture. With a single seed the differences are between two models. */
  readonly seeds: number;
  /**
   * Number of mixtures compared with the reference one. Tests are corrected for this number times that of
   * languages or means.
   */
  readonly compared: number;
  readonly spread: SeedSpread;
  /** Independent prompts per language: the prompts of a group count as one. */
  readonly independent: Readonly<Record<string, number>>;
  /** Null when not even the largest possible difference would be detected. */
  readonly languages: Readonly<Record<string, number | null>>;
  /** Detectable difference of the mean over languages. Also null with fewer than two languages. */
  readonly mean: number | null;
  /**
   * Seeds per mixture needed to detect `statedDifference` in the mean, or in the only language. Null = more
   * than `maxSeeds`.
   */
  readonly seedsNeeded: number | null;
}

/**
 * Assumptions made before results exist, stated wherever these numbers are shown. Rates of 50 % are the worst
 * case.
 */
export const detectableAssumptions = {
  rate: 0.5,
  power: 0.8,
  level: 0.05,
  /**
   * Correlation between the outcomes of two mixtures on one prompt. In 36 pairs of the starter's pinch curve
   * (12 languages, 140 prompts) it averaged 0.62, and exceeded this value in nine of ten.
   */
  ofPairs: 0.4,
  /**
   * Correlation between the differences in two languages on one prompt: 0.09 on average there, below this
   * value in nine of ten pairs.
   */
  ofLanguages: 0.2,
} as const;

/** Ten points: a difference by which readers can judge a number of seeds. */
export const statedDifference = 0.1;
/** Upper limit of the search for the number of seeds: more are impractical. */
export const maxSeeds = 20;

export interface DetectableOptions {
  readonly seeds: number;
  readonly compared: number;
  /** Whether a second mean, over all languages but the base language, is also tested. */
  readonly hasMeanOthers: boolean;
  readonly spread: SeedSpread;
}

/**
 * @param prompts Prompts of each language. Equal ids are translations of each other, and a group counts as
 * one.
 */
export function detectableDifferences(
  prompts: ReadonlyMap<string, readonly Grouped[]>,
  { seeds, compared, hasMeanOthers, spread }: DetectableOptions,
): Detectable {
  const asked = [...prompts].flatMap(([language, own]) => {
    const clusters = new Set(own.map(({ id, group }) => clusterName(id, group)));
    return own.length === 0 ? [] : [{ language, clusters, grouped: clusters.size < own.length }];
  });
  const tests = Math.max(1, compared);
  const known = new Map<number, number | null>();
  const ofLanguage = ({ clusters: { size }, grouped }: (typeof asked)[number], count: number) =>
    smallest({
      prompts: size,
      degrees: size - 1,
      seeds: count,
      deviation: spread.language,
      isMeasured: spread.from !== null,
      level: detectableAssumptions.level / (tests * asked.length),
      isExact: count === 1 && !grouped,
    });
  const languages = asked.map(each => {
    const key = each.grouped ? -each.clusters.size : each.clusters.size;
    const found = known.has(key) ? (known.get(key) ?? null) : ofLanguage(each, seeds);
    known.set(key, found);
    return [each.language, found] as const;
  });
  const sets = asked.map(({ clusters }) => clusters);
  const ofMean = (count: number) =>
    smallest({
      prompts: promptsOfMean(sets),
      degrees: promptDegrees(sets.map(set => new Map([...set].map(name => [name, 1])))),
      seeds: count,
      deviation: spread.mean,
      isMeasured: spread.from !== null,
      level: detectableAssumptions.level / (tests * (hasMeanOthers ? 2 : 1)),
      isExact: false,
    });
  const [only, ...others] = asked;
  const leading = (count: number): number | null =>
    only === undefined ? null : others.length === 0 ? ofLanguage(only, count) : ofMean(count);
  return {
    seeds,
    compared,
    spread,
    independent: Object.fromEntries(asked.map(({ language, clusters }) => [language, clusters.size])),
    languages: Object.fromEntries(languages),
    mean: others.length === 0 ? null : ofMean(seeds),
    seedsNeeded: fewestSeeds(leading),
  };
}

/** Finds the minimum by bisection: more seeds never detect less. */
function fewestSeeds(detectable: (seeds: number) => number | null): number | null {
  const tells = (seeds: number): boolean => (detectable(seeds) ?? Infinity) <= statedDifference;
  if (!tells(maxSeeds)) return null;
  let [low, high] = [1, maxSeeds];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (tells(middle)) high = middle;
    else low = middle;
  }
  return high;
}

interface Asked {
  /** Number of independent prompts; need not be an integer. */
  readonly prompts: number;
  readonly degrees: number;
  readonly seeds: number;
  /** Standard deviation between seeds of one mixture. */
  readonly deviation: number;
  /**
   * True if the deviation was measured, and thus includes the interaction of prompts and seeds. An assumed
   * one does not depend on the number of prompts.
   */
  readonly isMeasured: boolean;
  readonly level: number;
  /** Whether to use McNemar's test, for one language and one seed. */
  readonly isExact: boolean;
}

/** Finds the smallest detectable difference by bisection: power increases with the difference. */
function smallest(asked: Asked): number | null {
  const { rate, power } = detectableAssumptions;
  const found = (d: number): boolean => powerOf(d, asked) >= power;
  let [low, high] = [0, 2 * Math.min(rate, 1 - rate)];
  if (!found(high)) return null;
  while (high - low > precision) {
    const middle = (low + high) / 2;
    if (found(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const precision = 1e-4;

function powerOf(difference: number, asked: Asked): number {
  const { rate, ofPairs } = detectableAssumptions;
  const { prompts, seeds, deviation, isMeasured, level } = asked;
  const [p, q] = [rate - difference / 2, rate + difference / 2];
  const [ofP, ofQ] = [p * (1 - p), q * (1 - q)];
  /** Proportion of prompts that only one of the two passes. */
  const apart = Math.max(difference, p * (1 - q) + q * (1 - p) - 2 * ofPairs * Math.sqrt(ofP * ofQ));
  if (asked.isExact) {
    const discordance = { onlyA: (apart - difference) / 2, onlyB: (apart + difference) / 2 };
    return mcnemarPower(prompts, discordance, level);
  }
  const whole = apart - difference ** 2;
  const together = Math.min(whole, (1 - commonToSeeds) * (ofP + ofQ));
  const ofSeeds = 2 * deviation ** 2;
  const variances: Variances =
    seeds === 1
      ? { prompts: whole / prompts, promptDegrees: asked.degrees, seeds: 0, seedDegrees: 0 }
      : {
          prompts: (whole - together) / prompts,
          promptDegrees: asked.degrees,
          seeds: (isMeasured ? Math.max(ofSeeds, together / prompts) : ofSeeds + together / prompts) / seeds,
          seedDegrees: seeds - 1,
        };
  return studentPower(difference, variances, level);
}

/**
 * Number of prompts in a single language that would give a mean of the same certainty: k^2 / sum over pairs
 * of languages of r |common| / (n m), with r = 1 for a language with itself.
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
