// The 95 % interval of a share that prompts vary: a pass rate, a side-by-side score, an agreement.
import { incompleteBeta, logGamma } from "./distributions.ts";
import { rootOf } from "./root.ts";
import { upperNormal, upperT } from "./studentInterval.ts";

export type Interval = readonly [number, number];

/** Below this many prompts an interval is so wide that the share says little. */
export const fewPrompts = 30;

const tail = 0.025;
const precision = 1e-10;

/**
 * Mid-P interval of `hits` of `n` trials, neither of which need be whole: at its ends what was seen, counted half, and
 * all beyond it have a probability of 2.5 % (Lancaster, JASA 56, 1961). Clopper and Pearson's bound, which counts it
 * whole, never falls short and so holds 98 % of eight trials. This one holds 95 % on average over rates, 92.8 % at worst.
 */
export function midPInterval(hits: number, n: number): Interval {
  const none = 1 - (2 * tail) ** (1 / n);
  if (hits === 0) return [0, none];
  if (hits === n) return [1 - none, 1];
  const choices = logGamma(n + 1) - logGamma(hits + 1) - logGamma(n - hits + 1);
  const beyond = (rate: number): number => {
    if (rate <= 0 || rate >= 1) return rate;
    const exactly = Math.exp(choices + hits * Math.log(rate) + (n - hits) * Math.log1p(-rate));
    return incompleteBeta(rate, hits, n - hits + 1) - exactly / 2;
  };
  return [
    rootOf(rate => beyond(rate) - tail, 0, hits / n, precision),
    rootOf(rate => beyond(rate) - (1 - tail), hits / n, 1, precision),
  ];
}

// Tables have the same counts again and again.
const ofPasses = new Map<number, Map<number, Interval>>();

function passInterval(hits: number, n: number): Interval {
  const ofN = ofPasses.get(n) ?? new Map<number, Interval>();
  ofPasses.set(n, ofN);
  const found = ofN.get(hits) ?? midPInterval(hits, n);
  ofN.set(hits, found);
  return found;
}

/**
 * Of a mean of values from 0 to 1. Passes and fails have the mid-P interval. Other values, such as ties that count half,
 * vary less: theirs is that of as many trials as would vary the mean as much. Prompts of one cluster vary together, so
 * that they are as few trials as the variance over clusters says, less what few clusters tell of it (Korn and Graubard,
 * Survey Methodology 24, 1998).
 * @param clusters number of each value's cluster; absent: each is its own
 * @throws RangeError without values
 */
export function shareInterval(values: readonly number[], clusters?: readonly number[]): Interval {
  const n = values.length;
  if (n === 0) throw new RangeError("an interval needs values");
  const total = sum(values);
  const mean = total / n;
  const isPass = values.every(value => value === 0 || value === 1);
  const own = sum(values.map(value => (value - mean) ** 2)) / n; // variance of a value
  const { count, effective, variance } = clustered(values, clusters, mean);
  if (own === 0) return isPass ? midPInterval(mean * effective, effective) : alikeInterval(mean, effective);
  if (clusters === undefined || count === n)
    return isPass ? passInterval(total, n) : ofTrials(mean, trials());
  if (effective <= 1) return [0, 1];
  // Never more prompts than there are, nor fewer than clusters: chance may have either.
  const effect = Math.min(n / effective, Math.max(1, (variance * (n - 1)) / own));
  return ofTrials(mean, (trials() / effect) * (upperNormal / upperT(Math.max(1, effective - 1))) ** 2);

  /** With half a value more at either end, lest a few that differ from the rest pass for all the spread there is. */
  function trials(): number {
    if (isPass) return n;
    const squares = sum(values.map(value => value ** 2)) + 0.5;
    const spread = squares / (n + 1) - ((total + 0.5) / (n + 1)) ** 2;
    return (n * mean * (1 - mean)) / spread;
  }
}

function ofTrials(mean: number, trials: number): Interval {
  return midPInterval(mean * trials, trials);
}

interface Clustered {
  readonly count: number;
  /** Clusters of equal size that would say as much (Kish). */
  readonly effective: number;
  /** Of the mean. */
  readonly variance: number;
}

function clustered(
  values: readonly number[],
  clusters: readonly number[] | undefined,
  mean: number,
): Clustered {
  const n = values.length;
  if (clusters === undefined) return { count: n, effective: n, variance: Number.NaN };
  const apart = new Map<number, number>();
  const sizes = new Map<number, number>();
  values.forEach((value, i) => {
    const cluster = clusters[i] ?? Number.NaN;
    apart.set(cluster, (apart.get(cluster) ?? 0) + value - mean);
    sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  });
  const effective = n ** 2 / sum([...sizes.values()].map(size => size ** 2));
  const squares = sum([...apart.values()].map(each => each ** 2));
  return { count: apart.size, effective, variance: ((squares / n ** 2) * effective) / (effective - 1) };
}

/** None has shown another value yet: what those that would could move the mean by, to either side. */
function alikeInterval(mean: number, n: number): Interval {
  const bound = 1 - (2 * tail) ** (1 / n);
  return [mean - bound * mean, mean + bound * (1 - mean)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
