// Means over languages and differences between models, with bootstrap intervals that respect what belongs together.
import type { Random } from "../../common/random.ts";
import type { MetricValue } from "../run/records.ts";
import { exactRateInterval } from "./binomial.ts";
import { defaultResamples, fewPrompts, isExact, quantile } from "./bootstrap.ts";
import { byStratum, type Cell, ratioOf } from "./cells.ts";
import { type ColumnSource, componentsOf } from "./design.ts";
import { exactMcNemar, pairedRateInterval } from "./mcnemar.ts";
import { rangeOf, type Sorted, type Sums, sorted } from "./observations.ts";
import { addDeviations } from "./resample.ts";
import { seedQuantiles, seedSpread } from "./seeds.ts";
import { addUnseen } from "./unseen.ts";

/** One number about one prompt: a pass as 1 or 0, a score, a likelihood. */
export interface Observation {
  /** Prompt id: equal ids in several strata are translations, and are resampled together. */
  readonly cluster: string;
  /** Language. Each counts the same. */
  readonly stratum: string;
  readonly seed: number;
  readonly value: number;
  /** A stratum's mean is sum(weight * value) / sum(weight): tokens of a likelihood. 1 unless told. */
  readonly weight?: number;
}

export interface ClusteredOptions {
  readonly random: Random;
  readonly resamples?: number;
  readonly level?: number;
  /** Which the mean can't leave; 0 to 1 where every value is 0, 0.5 or 1 with weight 1, else none. */
  readonly range?: readonly [number, number];
}

export interface Difference {
  /** First less second. */
  readonly value: number;
  /** Pairs: prompts that both have, in each language and seed. */
  readonly n: number;
  readonly interval: readonly [number, number];
  /** Two-sided, from the same resamples as the interval; McNemar's where those are not used. */
  readonly p: number;
}

/**
 * Each stratum counts the same, and in it each seed. Two levels vary by themselves:
 * - prompts: clusters are drawn with replacement, once for all strata and seeds that have them. Strata without a
 *   common prompt are drawn apart.
 * - seeds, where there are several: resampling two or three would say far too little of their spread, so that each
 *   resample is moved by a draw of Student's t with (seeds - 1) degrees of freedom times their standard error. It is
 *   cautious, as the spread of seeds holds some chance of prompts too. With two seeds it is honest and wide: t is 12.7.
 * Fewer than 30 prompts widen the interval; a language whose values are all alike has the exact bound's width.
 * @throws RangeError without observations
 */
export function clusteredMean(observations: readonly Observation[], options: ClusteredOptions): MetricValue {
  const range = options.range ?? rangeOf(observations);
  const cells = cellsOf(sorted(observations));
  const n = observations.length;
  const [only] = cells;
  if (only === undefined) throw new RangeError("a mean needs observations");
  if (cells.length === 1 && range !== null) {
    const hits = observations.reduce((sum, { value }) => sum + value, 0);
    const passes = observations.every(({ value }) => value === 0 || value === 1) && only.plus.size === n;
    if (passes && isExact(hits, n))
      return { value: hits / n, n, interval: exactRateInterval(hits, n, options.level) };
  }
  const { value, interval } = estimate(cells, range, options);
  return { value, n, interval };
}

/**
 * First less second, over the prompts that both have in a stratum. Seeds are paired by number; where they have none in
 * common, in their order; a model with a single run (the untuned one) is paired with every run of the other.
 * Everything else is as in `clusteredMean`; with few prompts that only one of two passes, in one language and seed, the
 * interval is Agresti and Min's. null where nothing can be paired.
 */
export function clusteredDifference(
  a: readonly Observation[],
  b: readonly Observation[],
  options: ClusteredOptions,
): Difference | null {
  const cells = pairedCells(sorted(a), sorted(b));
  const n = cells.reduce((sum, { plus }) => sum + plus.size, 0);
  if (n === 0) return null;
  const [low, high] = options.range ?? rangeOf(a) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const bounded = Number.isFinite(low) && Number.isFinite(high) && (options.range ?? rangeOf(b)) !== null;
  const pairs = bounded ? passPairs(cells) : null;
  if (pairs !== null && hasFewPairs(pairs, n)) {
    const { onlyA, onlyB } = pairs;
    const interval = pairedRateInterval(onlyA, onlyB, n, options.level);
    return { value: (onlyA - onlyB) / n, n, interval, p: exactMcNemar(onlyA, onlyB) };
  }
  const { value, interval, draws } = estimate(cells, bounded ? [low - high, high - low] : null, options);
  return { value, n, interval, p: twoSided(draws) };
}

const rounding = 1e-12; // equal sums of fractions differ by less

interface PassPairs {
  readonly onlyA: number;
  readonly onlyB: number;
}

/** How often one of two passes alone, in one language and seed; null elsewhere. */
function passPairs(cells: readonly Cell[]): PassPairs | null {
  const [only] = cells;
  if (only === undefined || cells.length > 1 || only.minus === null) return null;
  let onlyA = 0;
  let onlyB = 0;
  for (const [id, a] of only.plus) {
    const b = only.minus.get(id);
    if (b === undefined || !isPass(a) || !isPass(b)) return null;
    if (a.top > b.top) onlyA++;
    if (b.top > a.top) onlyB++;
  }
  return { onlyA, onlyB };
}

function isPass({ top, bottom }: Sums): boolean {
  return bottom === 1 && (top === 0 || top === 1);
}

const fewDifferent = 10; // prompts that only one passes, below which the bootstrap is too certain

function hasFewPairs({ onlyA, onlyB }: PassPairs, n: number): boolean {
  return n < fewPrompts || onlyA + onlyB < fewDifferent;
}

/** Twice the share of resamples on the rarer side of zero; one is added so that it is never 0. */
function twoSided(draws: Float64Array): number {
  let below = 0;
  let above = 0;
  for (const draw of draws) {
    if (draw <= rounding) below++;
    if (draw >= -rounding) above++;
  }
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (draws.length + 1));
}

function cellsOf(strata: Sorted): Cell[] {
  return [...strata].flatMap(([stratum, seeds]) =>
    [...seeds].map(([seed, plus]) => ({ stratum, seed, plus, minus: null })),
  );
}

function pairedCells(a: Sorted, b: Sorted): Cell[] {
  const seeds = pairedSeeds(seedsOf(a), seedsOf(b));
  return [...a].flatMap(([stratum, ofA]) =>
    seeds.flatMap(([seedA, seedB], seed) => {
      const plus = ofA.get(seedA);
      const minus = b.get(stratum)?.get(seedB);
      if (plus === undefined || minus === undefined) return [];
      const both = (own: ReadonlyMap<string, Sums>, other: ReadonlyMap<string, Sums>) =>
        new Map([...own].filter(([cluster]) => other.has(cluster)));
      const common = both(plus, minus);
      return common.size === 0 ? [] : [{ stratum, seed, plus: common, minus: both(minus, common) }];
    }),
  );
}

function seedsOf(strata: Sorted): number[] {
  return [...new Set([...strata.values()].flatMap(seeds => [...seeds.keys()]))].sort((x, y) => x - y);
}

function pairedSeeds(a: readonly number[], b: readonly number[]): (readonly [number, number])[] {
  const [onlyA] = a;
  const [onlyB] = b;
  if (onlyA === undefined || onlyB === undefined) return [];
  if (b.length === 1) return a.map(seed => [seed, onlyB]);
  if (a.length === 1) return b.map(seed => [onlyA, seed]);
  const common = a.filter(seed => b.includes(seed));
  if (common.length > 0) return common.map(seed => [seed, seed]);
  return a.slice(0, b.length).flatMap((seed, i) => {
    const other = b[i];
    return other === undefined ? [] : [[seed, other] as const];
  });
}

function estimate(
  cells: readonly Cell[],
  range: readonly [number, number] | null,
  { random, resamples = defaultResamples, level = 0.95 }: ClusteredOptions,
): { readonly value: number; readonly interval: readonly [number, number]; readonly draws: Float64Array } {
  const strata = byStratum(cells);
  const sources = [...strata.values()].flatMap(own =>
    own.flatMap(({ stratum, plus, minus }): ColumnSource[] => {
      const factor = 1 / (strata.size * own.length);
      const added = { stratum, factor, clusters: plus };
      return minus === null ? [added] : [added, { stratum, factor: -factor, clusters: minus }];
    }),
  );
  const value = sources.reduce((sum, { factor, clusters }) => sum + factor * ratioOf(clusters), 0);
  const draws = new Float64Array(resamples);
  for (const component of componentsOf(sources)) addDeviations(component, draws, level, random);
  if (range !== null) addUnseen(strata, range, draws, random);
  const seeds = seedSpread(strata);
  const quantiles = seeds === null ? null : seedQuantiles(seeds.degrees, resamples);
  for (let r = 0; r < resamples; r++) {
    const ofSeeds = seeds === null || quantiles === null ? 0 : seeds.error * (quantiles[r] as number);
    draws[r] = within(range, value + (draws[r] as number) + ofSeeds);
  }
  draws.sort();
  const tail = (1 - level) / 2;
  const interval = [
    Math.min(value, quantile(draws, tail)),
    Math.max(value, quantile(draws, 1 - tail)),
  ] as const;
  return { value, interval, draws };
}

function within(range: readonly [number, number] | null, value: number): number {
  return range === null ? value : Math.min(range[1], Math.max(range[0], value));
}
