// Means over languages and differences between models, with intervals that respect clusters and seeds.

import { byStratum, type Cell, cellValue } from "./cells.ts";
import type { MetricValue } from "./estimate.ts";
import { variancesOf } from "./influence.ts";
import { exactMcNemar, pairedRateInterval } from "./mcnemar.ts";
import {
  type Observation,
  type Prompts,
  rangeOf,
  type SortedObservations,
  type Sums,
  sorted,
} from "./observations.ts";
import { fewPrompts, shareInterval } from "./shareInterval.ts";
import { reachOf, twoSidedP, upperNormal } from "./studentInterval.ts";
import { unseenOf } from "./unseen.ts";

export interface ClusteredOptions {
  /** Range of the mean; by default, 0 to 1 when every value is 0, 0.5 or 1 with weight 1, otherwise none. */
  readonly range?: readonly [number, number];
}

export interface DifferenceOptions extends ClusteredOptions {
  /** Side of the untuned model, which has a single run: seeds do not affect it. */
  readonly untuned?: "a" | "b";
}

export interface Difference {
  /** Value of the first minus that of the second. */
  readonly value: number;
  /** Number of pairs: prompts that both have, in each language and seed. */
  readonly n: number;
  readonly interval: readonly [number, number];
  /** Two-sided p value. */
  readonly p: number;
  /** McNemar's exact test for one language and seed with unclustered prompts; otherwise Student's t. */
  readonly test: "mcnemar" | "t";
  /** Number of pairs of runs. With a single pair, interval and p apply to these two models only. */
  readonly seeds: number;
}

/**
 * Returns the mean over strata, in which each stratum counts equally, and each seed within it. Prompts and
 * seeds vary independently (prompts of one cluster vary together, in all strata and seeds that have them),
 * see `variancesOf`; the interval is Student's, see `reachOf`. With two seeds it is honest and wide: t is
 * 12.7. A language whose values are all equal has the width of the exact bound. With a single seed, the
 * interval is that of its model, and says nothing about other seeds.
 * @throws RangeError without observations
 */
export function clusteredMean(
  observations: readonly Observation[],
  options: ClusteredOptions = {},
): MetricValue {
  const range = options.range ?? rangeOf(observations);
  const cells = cellsOf(sorted(observations));
  const n = observations.length;
  const [only] = cells;
  if (only === undefined) throw new RangeError("a mean needs observations");
  if (cells.length === 1 && range !== null && areSingle(only.plus)) {
    const passes = [...only.plus.values()];
    if (passes.every(isPass)) {
      const hits = passes.map(({ top }) => top);
      return { value: cellValue(only), n, interval: shareInterval(hits) };
    }
  }
  const { value, interval } = estimate(cells, range, false);
  return { value, n, interval };
}

/**
 * Returns the first minus the second, over the prompts that both have in a stratum. Seeds are paired by
 * number or, if they have none in common, by order. The untuned model is paired with every run of the other
 * side. So is any other single run, whose seed is then assumed to vary as much as those of the other side.
 * Everything else is as in `clusteredMean`; for one language and seed with few prompts that only one of the
 * two passes, the interval is Agresti and Min's. Null when nothing can be paired.
 */
export function clusteredDifference(
  a: readonly Observation[],
  b: readonly Observation[],
  options: DifferenceOptions = {},
): Difference | null {
  const [rangeA, rangeB] = [options.range ?? rangeOf(a), options.range ?? rangeOf(b)];
  const { range: _, ...others } = options;
  const range = rangeA === null || rangeB === null ? null : rangeA;
  return sortedDifference(sorted(a), sorted(b), { ...others, ...(range !== null && { range }) });
}

/** Same as `clusteredDifference` for observations that are already sorted; the range has no default. */
export function sortedDifference(
  a: SortedObservations,
  b: SortedObservations,
  { range: ofSides, untuned }: DifferenceOptions,
): Difference | null {
  const [seedsA, seedsB] = [seedsOf(a), seedsOf(b)];
  const cells = pairedCells(a, b, pairedSeeds(seedsA, seedsB));
  const n = cells.reduce((sum, { plus }) => sum + plus.size, 0);
  if (n === 0) return null;
  const seeds = new Set(cells.map(({ seed }) => seed)).size;
  const range = ofSides === undefined ? null : ([ofSides[0] - ofSides[1], ofSides[1] - ofSides[0]] as const);
  const isSingle = (seedsA.length === 1 && untuned !== "a") || (seedsB.length === 1 && untuned !== "b");
  const estimated = estimate(cells, range, isSingle);
  const pairs = range === null ? null : passPairs(cells);
  if (pairs === null) return { ...estimated, n, test: "t", seeds };
  const { onlyA, onlyB } = pairs;
  const p = exactMcNemar(onlyA, onlyB);
  const { value } = estimated;
  const interval = hasFewPairs(pairs, n) ? pairedRateInterval(onlyA, onlyB, n) : estimated.interval;
  return { value, n, interval, p, test: "mcnemar", seeds };
}

const rounding = 1e-12; // equal sums of fractions differ by less than this

interface PassPairs {
  readonly onlyA: number;
  readonly onlyB: number;
}

/**
 * Counts the prompts that only one of the two passes, for one language and seed in which each prompt is its
 * own cluster; null otherwise.
 */
function passPairs(cells: readonly Cell[]): PassPairs | null {
  const [only] = cells;
  if (only === undefined || cells.length > 1 || only.minus === null || !areSingle(only.plus)) return null;
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

const fewDifferent = 10; // with fewer prompts that only one passes, Student's interval is overconfident

function hasFewPairs({ onlyA, onlyB }: PassPairs, n: number): boolean {
  return n < fewPrompts || onlyA + onlyB < fewDifferent;
}

/** True if no two prompts share a cluster. */
function areSingle(prompts: ReadonlyMap<string, Sums>): boolean {
  const clusters = new Set<string>();
  for (const { cluster } of prompts.values()) clusters.add(cluster);
  return clusters.size === prompts.size;
}

function cellsOf(strata: SortedObservations): Cell[] {
  return [...strata].flatMap(([stratum, seeds]) =>
    [...seeds].map(([seed, plus]) => ({ stratum, seed, plus, minus: null })),
  );
}

function pairedCells(
  a: SortedObservations,
  b: SortedObservations,
  seeds: readonly (readonly [number, number])[],
): Cell[] {
  return [...a].flatMap(([stratum, ofA]) =>
    seeds.flatMap(([seedA, seedB], seed) => {
      const plus = ofA.get(seedA);
      const minus = b.get(stratum)?.get(seedB);
      if (plus === undefined || minus === undefined) return [];
      const common = inBoth(plus, minus);
      return common.size === 0 ? [] : [{ stratum, seed, plus: common, minus: inBoth(minus, common) }];
    }),
  );
}

function inBoth(own: Prompts, other: Prompts): Prompts {
  for (const id of own.keys())
    if (!other.has(id)) return new Map([...own].filter(([each]) => other.has(each)));
  return own;
}

function seedsOf(strata: SortedObservations): number[] {
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

interface Estimate {
  readonly value: number;
  readonly interval: readonly [number, number];
  readonly p: number;
}

function estimate(
  cells: readonly Cell[],
  range: readonly [number, number] | null,
  isSingle: boolean,
): Estimate {
  const strata = byStratum(cells);
  let value = 0;
  for (const own of strata.values())
    for (const cell of own) value += cellValue(cell) / (strata.size * own.length);
  const variances = variancesOf(cells, { single: isSingle, counts: range !== null });
  const reach = reachOf(variances);
  const error = Math.sqrt(variances.prompts + variances.seeds);
  const unseen = range === null ? { below: 0, above: 0 } : unseenOf(strata, range);
  const toZero = value > 0 ? unseen.below : unseen.above;
  const interval = [
    within(range, value - Math.hypot(reach * error, unseen.below)),
    within(range, value + Math.hypot(reach * error, unseen.above)),
  ] as const;
  const p =
    Math.abs(value) <= rounding ? 1 : twoSidedP(value / Math.hypot(error, toZero / upperNormal), variances);
  return { value, interval, p };
}

function within(range: readonly [number, number] | null, value: number): number {
  return range === null ? value : Math.min(range[1], Math.max(range[0], value));
}
