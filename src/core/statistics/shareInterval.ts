// The 95 % interval of a share that prompts vary: a pass rate, a side-by-side score, an agreement.
import { designOf } from "./designEffect.ts";
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
 * As how many trials the values count; 0 where they are of one cluster, which says nothing of others.
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

/** With half a value more at either end, lest a few that differ from the rest pass for all the spread there is. */
function asVarying(values: readonly number[]): number {
  const n = values.length;
  const total = sum(values);
  const mean = total / n;
  const squares = sum(values.map(value => value ** 2)) + 0.5;
  const spread = squares / (n + 1) - ((total + 0.5) / (n + 1)) ** 2;
  return (n * mean * (1 - mean)) / spread;
}

/** None has shown another value yet: what those that would could move the mean by, to either side. */
function alikeInterval(mean: number, n: number): Interval {
  const bound = 1 - (2 * tail) ** (1 / n);
  return [mean - bound * mean, mean + bound * (1 - mean)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
