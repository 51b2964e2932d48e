// The 95 % interval of a share over prompts: a pass rate, a side-by-side score, an agreement.
import { designOf } from "./designEffect.ts";
import { incompleteBeta, logGamma } from "./distributions.ts";
import { rootOf } from "./root.ts";
import { upperNormal, upperT } from "./studentInterval.ts";

export type Interval = readonly [number, number];

/** Number of prompts below which an interval is so wide that the share says little. */
export const fewPrompts = 30;

const tail = 0.025;
const precision = 1e-10;

/**
 * Mid-P interval of `hits` out of `n` trials, neither of which need be an integer. At each end, the
 * probability of the observed count, halved, plus that of everything more extreme is 2.5 % (Lancaster, JASA
 * 56, 1961). Clopper and Pearson's bound counts the observed value in full; it is never too short and so
 * covers 98 % with eight trials. The mid-P interval covers 95 % on average over rates, and 92.8 % at worst.
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

// Cached because tables repeat the same counts.
const ofPasses = new Map<number, Map<number, Interval>>();

function passInterval(hits: number, n: number): Interval {
  const ofN = ofPasses.get(n) ?? new Map<number, Interval>();
  ofPasses.set(n, ofN);
  const found = ofN.get(hits) ?? midPInterval(hits, n);
  ofN.set(hits, found);
  return found;
}

/**
 * Interval of a mean of values from 0 to 1. Passes and fails get the mid-P interval. Other values, such as
 * ties that count half, vary less, and get the interval of the number of trials for which the mean would vary
 * as much. Prompts of one cluster vary together: the number of trials is reduced by the design effect, and
 * further when it is estimated from few clusters (Korn and Graubard, Survey Methodology 24, 1998).
 * @param clusters cluster number of each value; by default, each value is its own cluster
 * @throws RangeError without values
 */
export function shareInterval(values: readonly number[], clusters?: readonly number[]): Interval {
  const n = values.length;
  const total = sum(values);
  const mean = total / n;
  const trials = trialsOf(values, clusters);
  if (mean > 0 && mean < 1 && values.every(value => value === values[0])) return alikeInterval(mean, trials);
  if (trials === 0) return [0, 1];
  return trials === n && Number.isInteger(total)
    ? passInterval(total, n)
    : midPInterval(mean * trials, trials);
}

/**
 * Number of trials equivalent to the values; 0 when all are in one cluster, which says nothing about others.
 * @throws RangeError without values
 */
export function trialsOf(values: readonly number[], clusters?: readonly number[]): number {
  const n = values.length;
  if (n === 0) throw new RangeError("an interval needs values");
  const alike = values.every(value => value === values[0]);
  const isPass = values.every(value => value === 0 || value === 1);
  const apart = isPass || alike ? n : asVarying(values);
  const design = clusters === undefined ? null : designOf(values, clusters);
  if (design === null || design.clusters === n) return apart;
  if (alike) return design.clusters;
  if (design.clusters <= 1) return 0;
  const reach = upperT(Math.max(1, design.clusters - 1));
  return (apart / design.effect) * (upperNormal / reach) ** 2;
}

/**
 * Number of trials for values other than passes and fails. Half a value is added at either end, so that a few
 * differing values do not underestimate the spread.
 */
function asVarying(values: readonly number[]): number {
  const n = values.length;
  const total = sum(values);
  const mean = total / n;
  const squares = sum(values.map(value => value ** 2)) + 0.5;
  const spread = squares / (n + 1) - ((total + 0.5) / (n + 1)) ** 2;
  return (n * mean * (1 - mean)) / spread;
}

/** Interval of equal values: the possible effect, to either side, of values not yet seen. */
function alikeInterval(mean: number, n: number): Interval {
  const bound = 1 - (2 * tail) ** (1 / n);
  return [mean - bound * mean, mean + bound * (1 - mean)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
