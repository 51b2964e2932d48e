// The 95 % interval of a mean or a ratio of sums that few, lopsided values make: likelihoods, chrF++.
import { upperT } from "./studentInterval.ts";

// Of fewer the logarithm's interval ends at numbers that nobody can read; the other end says enough.
const leastForLogarithm = 4;

/** Sums over the same prompts, equally many of each. */
export interface RatioData {
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
  /** Numbers of the clusters that the prompts belong to; absent: each is its own. */
  readonly clusters?: readonly number[];
  /** Which the ratio can't leave. */
  readonly range?: readonly [number, number];
}

/**
 * Interval of sum(numerators) / sum(denominators), by Student's t on its linear part, straightened for skewness by Hall's
 * monotone cubic (Journal of the Royal Statistical Society B 54, 1992). Eight values show little of a long tail, and
 * most intervals fall short there: values that can't be below zero count as skewed as three times their coefficient of
 * variation at least, which is the least of a lognormal distribution, and the upper end lies no nearer than that of the
 * logarithm's interval. Coverage: `npm run bench:coverage`.
 * @throws RangeError without values
 */
export function ratioInterval({ numerators, denominators, clusters, range }: RatioData): [number, number] {
  if (numerators.length === 0 || denominators.length !== numerators.length)
    throw new RangeError("an interval needs equally many of both, and at least one");
  const { tops, bottoms } =
    clusters === undefined ? { tops: numerators, bottoms: denominators } : byCluster();
  const ratio = sum(tops) / sum(bottoms);
  const n = sum(bottoms) ** 2 / bottoms.reduce((all, bottom) => all + bottom * bottom, 0); // effective
  const mean = sum(bottoms) / tops.length;
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < tops.length; i++) {
    const apart = ((tops[i] as number) - ratio * (bottoms[i] as number)) / mean;
    squares += apart * apart;
    cubes += apart ** 3;
  }
  const deviation = Math.sqrt(squares / tops.length);
  if (n <= 1 || deviation <= 1e-12 * Math.abs(ratio)) return alike(ratio, tops.length, range);
  // Of the values, as if there were n of equal weight.
  const scale = deviation * Math.sqrt(n / tops.length) * Math.sqrt(n / (n - 1));
  const skewness = n <= 2 ? 0 : (cubes / tops.length / deviation ** 3) * (Math.sqrt(n * (n - 1)) / (n - 2));
  const isPositive = range === undefined && tops.every(top => top >= 0) && ratio > 0;
  const least = isPositive ? (3 * scale) / ratio : 0;
  const bend = Math.max(skewness, least);
  const reach = upperT(n - 1) / Math.sqrt(n);
  const high = ratio - scale * straightened(-reach, bend, n);
  const logHigh =
    isPositive && tops.length >= leastForLogarithm ? ratio * Math.exp((reach * scale) / ratio) : high;
  const low = ratio - scale * straightened(reach, bend, n);
  return within(range, isPositive ? Math.max(0, low) : low, Math.max(high, logHigh));

  function byCluster(): { tops: number[]; bottoms: number[] } {
    const sums = new Map<number, [number, number]>();
    numerators.forEach((top, i) => {
      const own = sums.get(clusters?.[i] ?? i);
      const bottom = denominators[i] as number;
      if (own === undefined) sums.set(clusters?.[i] ?? i, [top, bottom]);
      else {
        own[0] += top;
        own[1] += bottom;
      }
    });
    return {
      tops: [...sums.values()].map(([top]) => top),
      bottoms: [...sums.values()].map(([, bottom]) => bottom),
    };
  }
}

/** Hall's transformation turned round: the studentised mean at which the straightened one is `z`, both over sqrt(n). */
function straightened(z: number, skewness: number, n: number): number {
  if (Math.abs(skewness) < 1e-9) return z;
  return (3 / skewness) * (Math.cbrt(1 + skewness * (z - skewness / (6 * n))) - 1);
}

/** Nothing is known of their spread: where the range is known, what a value that none has shown could move. */
function alike(ratio: number, n: number, range: readonly [number, number] | undefined): [number, number] {
  if (range === undefined) return [ratio, ratio];
  const [low, high] = range;
  const bound = 1 - (ratio > low && ratio < high ? 0.05 : 0.025) ** (1 / n);
  return [ratio - bound * (ratio - low), ratio + bound * (high - ratio)];
}

function within(range: readonly [number, number] | undefined, low: number, high: number): [number, number] {
  return range === undefined ? [low, high] : [Math.max(range[0], low), Math.min(range[1], high)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
