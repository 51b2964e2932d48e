// 95 % percentile bootstrap intervals, the same for the same seed.
import { type Random, randomInt } from "../../common/random.ts";

export const defaultResamples = 1000;
const lowerTail = 0.025;
const upperTail = 0.975;

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
  const n = numerators.length;
  if (n === 0 || denominators.length !== n) throw new RangeError("bootstrap needs equally many of both");
  const ratios: number[] = [];
  for (let r = 0; r < resamples; r++) {
    let top = 0;
    let bottom = 0;
    for (let i = 0; i < n; i++) {
      const at = randomInt(random, n);
      top += numerators[at] ?? 0;
      bottom += denominators[at] ?? 0;
    }
    if (bottom > 0) ratios.push(top / bottom);
  }
  ratios.sort((a, b) => a - b);
  return [quantile(ratios, lowerTail), quantile(ratios, upperTail)];
}

/**
 * Interval of a rate. Where all trials came out alike every resample does too, and the bootstrap would claim
 * certainty: there it is the exact (Clopper-Pearson) bound.
 */
export function bootstrapRate(
  outcomes: readonly boolean[],
  random: Random,
  resamples: number = defaultResamples,
): [number, number] {
  const n = outcomes.length;
  const hits = outcomes.filter(Boolean).length;
  const bound = lowerTail ** (1 / n);
  if (n > 0 && hits === 0) return [0, 1 - bound];
  if (n > 0 && hits === n) return [bound, 1];
  return bootstrapRatio(
    outcomes.map(hit => (hit ? 1 : 0)),
    outcomes.map(() => 1),
    random,
    resamples,
  );
}

/** Linear interpolation between order statistics (type 7); `sorted` ascending. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
