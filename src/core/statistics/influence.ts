// Influence of each cluster of prompts on an estimate, and its variances by prompts and by seeds.
import { byStratum, type Cell, cellValue, ratioOf } from "./cells.ts";
import { effectiveClusters, promptDegrees, type Weights } from "./degrees.ts";
import type { Sums } from "./observations.ts";

/** Variances of an estimate, each with the degrees of freedom of its own estimate. */
export interface Variances {
  /** Variance by prompts, as far as all seeds share it. */
  readonly prompts: number;
  readonly promptDegrees: number;
  /** Variance by seeds, including the interaction of prompts and seeds; 0 with a single seed. */
  readonly seeds: number;
  /** 0 with a single seed, whose spread is unknown. */
  readonly seedDegrees: number;
}

/**
 * To first order, each prompt moves sum(top) / sum(bottom) by (top - ratio * bottom) / sum(bottom), and an
 * estimate by the sum of these over its strata (the delta method). Let u(s, c) be the contribution of cluster
 * c in seed s, with n clusters and S seeds, in the two-way layout of crossed random effects (Searle, Casella
 * and McCulloch, Variance Components, 1992, section 4.7):
 * - the variance by prompts is the sum of squares of u's mean over seeds;
 * - the rest of u, the interaction, is already part of the spread of seeds and is subtracted here.
 *
 * Two seeds of few prompts often pass equally many, because counts are whole prompts. Sheppard's correction
 * adds the variance of rounding to one prompt, so that this coincidence is not mistaken for certainty.
 * @param single true if one side of a difference is a single tuned run, whose seed is assumed to vary as the
 * other's do
 * @param counts true if values are shares of prompts
 */
export function variancesOf(
  cells: readonly Cell[],
  { single, counts }: { readonly single: boolean; readonly counts: boolean },
): Variances {
  const strata = byStratum(cells);
  const seeds = [...new Set(cells.map(({ seed }) => seed))];
  const influences: Influences = new Map();
  const parts: Weights<string>[] = [];
  for (const own of strata.values()) {
    const share = seeds.length / (strata.size * own.length);
    for (const { seed, plus, minus } of own) {
      const at = seeds.indexOf(seed);
      const weights = weightsOf(plus);
      parts.push(weights);
      const scale = share * Math.sqrt(smallSample(weights));
      addInfluences(influences, at, seeds.length, plus, scale);
      if (minus !== null) addInfluences(influences, at, seeds.length, minus, -scale);
    }
  }
  let prompts = 0;
  let interaction = 0;
  for (const row of influences.values()) {
    const mean = row.reduce((sum, value) => sum + value, 0) / seeds.length;
    prompts += mean * mean;
    for (const value of row) interaction += (value - mean) ** 2;
  }
  const count = seeds.length;
  const degrees = promptDegrees(parts);
  if (count < 2) return { prompts, promptDegrees: degrees, seeds: 0, seedDegrees: 0 };
  interaction /= count * (count - 1);
  const perSeed = cells.reduce((sum, { plus }) => sum + plus.size, 0) / count;
  const rounding = counts && prompts + interaction > 0 ? 1 / perSeed ** 2 / 12 / count : 0;
  const spread = spreadOfSeeds(strata, seeds) + rounding;
  return {
    prompts: Math.max(0, prompts - interaction),
    promptDegrees: degrees,
    seeds: single ? spread * (1 + count) : spread,
    seedDegrees: count - 1,
  };
}

/** Variance of the mean over seeds; strata that lack a seed are left out. */
function spreadOfSeeds(strata: ReadonlyMap<string, readonly Cell[]>, seeds: readonly number[]): number {
  const complete = [...strata.values()].filter(own => own.length === seeds.length);
  const means = seeds.map(seed =>
    complete.reduce((sum, own) => {
      const cell = own.find(one => one.seed === seed);
      return sum + (cell === undefined ? 0 : cellValue(cell)) / complete.length;
    }, 0),
  );
  return complete.length === 0 ? 0 : variance(means) / seeds.length;
}

/** Sample variance, with n - 1 as the divisor; NaN for fewer than two values. */
export function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Influence of each cluster, one number for each seed. */
type Influences = Map<string, Float64Array>;

function addInfluences(
  influences: Influences,
  seed: number,
  seeds: number,
  prompts: ReadonlyMap<string, Sums>,
  scale: number,
): void {
  const ratio = ratioOf(prompts);
  const whole = total(prompts);
  for (const { cluster, top, bottom } of prompts.values()) {
    let row = influences.get(cluster);
    if (row === undefined) {
      row = new Float64Array(seeds);
      influences.set(cluster, row);
    }
    row[seed] = (row[seed] as number) + (scale * (top - ratio * bottom)) / whole;
  }
}

function total(prompts: ReadonlyMap<string, Sums>): number {
  let sum = 0;
  for (const { bottom } of prompts.values()) sum += bottom;
  return sum;
}

function weightsOf(prompts: ReadonlyMap<string, Sums>): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { cluster, bottom } of prompts.values())
    weights.set(cluster, (weights.get(cluster) ?? 0) + bottom);
  return weights;
}

/** Factor n / (n - 1) for squares about a mean estimated from the same n; 1 for a single cluster. */
function smallSample(weights: Weights<string>): number {
  const n = effectiveClusters(weights.values());
  return n > 1 ? n / (n - 1) : 1;
}
