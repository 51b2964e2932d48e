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
