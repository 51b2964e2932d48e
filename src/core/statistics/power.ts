// How often the tests of paired differences find one that is there: the same tests, not their normal approximation.
import { logGamma, normalCdf } from "./distributions.ts";
import type { Variances } from "./influence.ts";
import { exactMcNemar } from "./mcnemar.ts";
import { reachAt } from "./studentInterval.ts";

/** Of a pair of pass rates on the same prompts: the share of prompts that one of the two alone passes. */
export interface Discordance {
  readonly onlyA: number;
  readonly onlyB: number;
}

const beyond = 7; // standard deviations of a count that are looked at

/**
 * Of McNemar's exact test, over every count of prompts that only one passes. It is well below that of its normal
 * approximation, since no count of a few prompts is exactly as rare as the level.
 * @param level two-sided
 */
export function mcnemarPower(prompts: number, { onlyA, onlyB }: Discordance, level: number): number {
  const apart = onlyA + onlyB;
  const share = Math.max(onlyA, onlyB) / apart;
  const [mean, deviation] = [prompts * apart, Math.sqrt(prompts * apart * (1 - apart))];
  const from = Math.max(0, Math.floor(mean - beyond * deviation));
  const to = Math.min(prompts, Math.ceil(mean + beyond * deviation));
  let power = 0;
  let least = 0; // of the more frequent kind, to be found
  for (let n = from; n <= to; n++) {
    least = Math.max(least, Math.ceil(n / 2));
    while (least <= n && exactMcNemar(least, n - least) > level) least++;
    power += binomial(n, prompts, apart) * (upperTail(least, n, share) + upperTail(least, n, 1 - share));
  }
  return power;
}

function upperTail(least: number, n: number, share: number): number {
  let sum = 0;
  for (let k = least; k <= n; k++) {
    const term = binomial(k, n, share);
    sum += term;
    if (k > n * share && term < sum * 1e-12) break;
  }
  return sum;
}

function binomial(k: number, n: number, p: number): number {
  if (p <= 0 || p >= 1) return Number(k === n * p);
  const choices = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(choices + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/**
 * Of Student's test of a difference with these variances, which it has to estimate: the mean over what it may take them
 * for, a chi-squared share of each.
 * @param level two-sided
 */
export function studentPower(
  difference: number,
  { prompts, promptDegrees, seeds, seedDegrees }: Variances,
  level: number,
): number {
  const error = Math.sqrt(prompts + seeds);
  const reach = reachAt(level, { promptDegrees, seedDegrees });
  const ofPrompts = chiSquared(promptDegrees, fewNodes);
  const ofSeeds = seedDegrees === 0 ? [{ value: 0, weight: 1 }] : chiSquared(seedDegrees, manyNodes);
  let power = 0;
  for (const p of ofPrompts)
    for (const s of ofSeeds) {
      const taken = { prompts: prompts * p.value, seeds: seeds * s.value };
      const limit = reach(taken) * Math.sqrt(taken.prompts + taken.seeds);
      const found = normalCdf((difference - limit) / error) + normalCdf((-difference - limit) / error);
      power += p.weight * s.weight * found;
    }
  return power;
}

interface Node {
  readonly value: number;
  readonly weight: number;
}

const fewNodes = 24;
const manyNodes = 120;

/** Of chi-squared over its degrees, on an even grid of its logarithm; weights sum to one. */
function chiSquared(degrees: number, count: number): Node[] {
  const width = 8 * Math.sqrt(2 / degrees);
  const [low, high] = [-Math.max(width, 20 / degrees), Math.min(width, 4)];
  const nodes = Array.from({ length: count }, (_, i) => {
    const log = low + ((i + 0.5) / count) * (high - low);
    return { value: Math.exp(log), weight: Math.exp((degrees / 2) * (log - Math.exp(log) + 1)) };
  });
  const total = nodes.reduce((sum, { weight }) => sum + weight, 0);
  return nodes.map(({ value, weight }) => ({ value, weight: weight / total }));
}
