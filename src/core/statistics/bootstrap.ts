// 95 % percentile bootstrap intervals, the same for the same seed.
import type { Random } from "../../common/random.ts";
import { drawBinomial, exactRateInterval } from "./binomial.ts";

export const defaultResamples = 1000;
const lowerTail = 0.025;
const upperTail = 0.975;

/** Below this many prompts percentile intervals are too narrow. */
export const fewPrompts = 30;
/** From here on a resampled mean is as good as its limit, which costs nothing to draw. */
const manyPrompts = 5000;
const upperNormal = 1.959963984540054; // the normal quantile of 0.975
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
    if (n >= manyPrompts) {
      same.forEach(({ at }, i) => {
        intervals[at] = limitInterval(sums[i] as RatioSums);
      });
      continue;
    }
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

interface RatioSums {
  readonly top: Float64Array;
  readonly bottom: Float64Array;
}

/**
 * What the ends of the resampled distribution come to as resamples grow: the Cornish-Fisher expansion with the
 * variance, the skewness and the bias of the ratio's linear part (Hall, The Bootstrap and Edgeworth Expansion,
 * 1992, section 2.5). What it leaves out is of order 1 / n, less than the chance of 10,000 draws.
 */
function limitInterval({ top, bottom }: RatioSums): [number, number] {
  const n = top.length;
  const meanBottom = total(bottom) / n;
  const ratio = total(top) / total(bottom);
  let squares = 0;
  let cubes = 0;
  let crossed = 0;
  for (let i = 0; i < n; i++) {
    const apart = ((top[i] as number) - ratio * (bottom[i] as number)) / meanBottom;
    squares += apart * apart;
    cubes += apart * apart * apart;
    crossed += apart * ((bottom[i] as number) / meanBottom - 1);
  }
  const deviation = Math.sqrt(squares / n);
  if (deviation === 0) return [ratio, ratio];
  const error = deviation / Math.sqrt(n);
  // Of a ratio, a part of the skewness comes from its denominator.
  const skewness = (cubes / n / deviation ** 3 - (6 * crossed) / n / deviation) / Math.sqrt(n);
  const bias = -crossed / n / n;
  const end = (z: number): number => ratio + bias + error * (z + (skewness / 6) * (z * z - 1));
  return [end(-upperNormal), end(upperNormal)];
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
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
