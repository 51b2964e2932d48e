// 95 % percentile bootstrap intervals, the same for the same seed.
import type { Random } from "../../common/random.ts";
import { drawBinomial, exactRateInterval } from "./binomial.ts";

export const defaultResamples = 1000;
const lowerTail = 0.025;
const upperTail = 0.975;

/** Below this many prompts percentile intervals are too narrow. */
export const fewPrompts = 30;
/** Fewer hits or misses than this and the bootstrap's ends are a matter of one or two prompts. */
const fewOutcomes = 5;

/** Sums over the same prompts: numerators and denominators, equally many. */
export interface RatioData {
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
}

/**
 * Interval of sum(numerators) / sum(denominators), resampling pairs: a ratio estimator, which is the plain
 * mean where every denominator is 1. A resample whose denominators sum to zero is left out.
 */
export function bootstrapRatio(
  numerators: readonly number[],
  denominators: readonly number[],
  random: Random,
  resamples: number = defaultResamples,
): [number, number] {
  const [interval] = bootstrapRatios([{ numerators, denominators }], random, resamples);
  return interval ?? [Number.NaN, Number.NaN];
}

/**
 * Intervals of several ratios. Those over equally many pairs take the same resamples: each interval is what
 * it would be alone, and drawing, most of the work, happens once.
 */
export function bootstrapRatios(
  ratios: readonly RatioData[],
  random: Random,
  resamples: number = defaultResamples,
): [number, number][] {
  const intervals = new Array<[number, number]>(ratios.length);
  for (const n of new Set(ratios.map(({ numerators }) => numerators.length))) {
    const same = ratios.flatMap((ratio, at) => (ratio.numerators.length === n ? [{ ratio, at }] : []));
    const sums = same.map(({ ratio: { numerators, denominators } }) => {
      if (n === 0 || denominators.length !== n)
        throw new RangeError("bootstrap needs equally many of both, and at least one");
      return { top: Float64Array.from(numerators), bottom: Float64Array.from(denominators) };
    });
    const drawn = sums.map(() => new Float64Array(resamples));
    const kept = sums.map(() => 0);
    const times = new Float64Array(n);
    for (let r = 0; r < resamples; r++) {
      drawTimes(times, random);
      sums.forEach(({ top, bottom }, i) => {
        const total = weightedSum(bottom, times);
        const at = kept[i] ?? 0;
        if (total <= 0) return;
        (drawn[i] as Float64Array)[at] = weightedSum(top, times) / total;
        kept[i] = at + 1;
      });
    }
    same.forEach(({ at }, i) => {
      const sorted = (drawn[i] as Float64Array).subarray(0, kept[i]).sort();
      intervals[at] = [quantile(sorted, lowerTail), quantile(sorted, upperTail)];
    });
  }
  return intervals;
}

/** How often each of n prompts comes up in a resample of n. */
export function drawTimes(times: Float64Array, random: Random): void {
  const n = times.length;
  times.fill(0);
  for (let i = 0; i < n; i++) {
    const at = Math.floor(random() * n);
    times[at] = (times[at] as number) + 1;
  }
}

export function weightedSum(values: Float64Array, times: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * (times[i] as number);
  return sum;
}

/**
 * Interval of a rate. A resample's hits are a binomial count, which is drawn as such. With few prompts, and near 0
 * and 1, the bootstrap claims too much certainty (all of it where all came out alike): there it is the exact bound.
 */
export function bootstrapRate(
  outcomes: readonly boolean[],
  random: Random,
  resamples: number = defaultResamples,
): [number, number] {
  const n = outcomes.length;
  const hits = outcomes.filter(Boolean).length;
  if (isExact(hits, n)) return exactRateInterval(hits, n);
  const rates = Float64Array.from({ length: resamples }, () => drawBinomial(n, hits / n, random) / n).sort();
  return [quantile(rates, lowerTail), quantile(rates, upperTail)];
}

/** Whether a rate's interval is the exact one instead of the bootstrap's. */
export function isExact(hits: number, n: number): boolean {
  return n < fewPrompts || Math.min(hits, n - hits) < fewOutcomes;
}

/** Linear interpolation between order statistics (type 7); `sorted` ascending. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
