// Power of the tests of paired differences, computed exactly rather than by normal approximation.
import { logGamma, normalCdf } from "./distributions.ts";
import type { Variances } from "./influence.ts";
import { exactMcNemar } from "./mcnemar.ts";
import { reachAt } from "./studentInterval.ts";

/** Shares of prompts that only one of two models passes. */
export interface Discordance {
  readonly onlyA: number;
  readonly onlyB: number;
}

const beyond = 7; // range of counts to sum over, in standard deviations

/**
 * Power of McNemar's exact test, summed over every count of prompts that only one passes. It is well below
 * that of the normal approximation, because counts of a few prompts cannot reach the level exactly.
 * @param level two-sided
 */
export function mcnemarPower(prompts: number, { onlyA, onlyB }: Discordance, level: number): number {
  const apart = onlyA + onlyB;
  const share = Math.max(onlyA, onlyB) / apart;
  const [mean, deviation] = [prompts * apart, Math.sqrt(prompts * apart * (1 - apart))];
  const from = Math.max(0, Math.floor(mean - beyond * deviation));
  const to = Math.min(prompts, Math.ceil(mean + beyond * deviation));
  let power = 0;
  let least = 0; // smallest count of one kind that is significant
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
 * Power of Student's test of a difference with these variances, which the test has to estimate: averaged over
 * the estimates, which follow scaled chi-squared distributions.
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

/** Nodes of chi-squared over its degrees of freedom, on an even grid of its logarithm; weights sum to one. */
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
