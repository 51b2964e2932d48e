// The 95 % interval of a mean or ratio of sums of few, skewed values: likelihoods and chrF++.
import { upperT } from "./studentInterval.ts";

// Minimum number of values: with fewer, the upper end of the interval of the logarithm is absurdly high.
const leastForLogarithm = 4;

/** Sums over the same prompts, with equal lengths. */
export interface RatioData {
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
  /** Cluster number of each prompt; by default, each prompt is its own cluster. */
  readonly clusters?: readonly number[];
  /** Range of the ratio. */
  readonly range?: readonly [number, number];
}

/**
 * Interval of sum(numerators) / sum(denominators), by Student's t on its linear part, corrected for skewness
 * with Hall's monotone cubic (Journal of the Royal Statistical Society B 54, 1992). Eight values reveal
 * little of a long tail, and most intervals are too short for them. Values that cannot be negative are
 * therefore assumed to have a skewness of at least three times their coefficient of variation, the minimum of
 * a lognormal distribution, and the upper end is at least that of the interval of the logarithm. Coverage:
 * `npm run bench:coverage`.
 * @throws RangeError without values
 */
export function ratioInterval({ numerators, denominators, clusters, range }: RatioData): [number, number] {
  if (numerators.length === 0 || denominators.length !== numerators.length)
    throw new RangeError("an interval needs equally many of both, and at least one");
  const { tops, bottoms } =
    clusters === undefined ? { tops: numerators, bottoms: denominators } : byCluster();
  const ratio = sum(tops) / sum(bottoms);
  const n = sum(bottoms) ** 2 / bottoms.reduce((all, bottom) => all + bottom * bottom, 0); // effective number of values
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
  // Standard deviation of the values, as if there were n of equal weight.
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

/** Inverse of Hall's transformation: the studentised mean that maps to `z`, both over sqrt(n). */
function straightened(z: number, skewness: number, n: number): number {
  if (Math.abs(skewness) < 1e-9) return z;
  return (3 / skewness) * (Math.cbrt(1 + skewness * (z - skewness / (6 * n))) - 1);
}

/** Interval of equal values: within a known range, the possible effect of values not yet seen. */
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
