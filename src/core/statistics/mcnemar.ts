// Compares two models on the same prompts: McNemar's exact test, and an interval of the difference.
import { logGamma, normalQuantile } from "./distributions.ts";

/**
 * Returns the two-sided p value. Only prompts that exactly one of the two passes carry information; under the
 * null hypothesis each side is equally likely: p is twice the smaller tail of the binomial distribution, at
 * most 1 (McNemar 1947, exact form).
 * @param onlyA prompts that only the first passes
 * @param onlyB prompts that only the second passes
 */
export function exactMcNemar(onlyA: number, onlyB: number): number {
  if (!Number.isInteger(onlyA) || !Number.isInteger(onlyB) || onlyA < 0 || onlyB < 0)
    throw new RangeError("McNemar's test takes two counts");
  const n = onlyA + onlyB;
  const fewer = Math.min(onlyA, onlyB);
  // Sums from the largest term of the tail down to 0; each term is the previous one times k / (n - k + 1).
  let term = Math.exp(logGamma(n + 1) - logGamma(fewer + 1) - logGamma(n - fewer + 1) - n * Math.LN2);
  let tail = 0;
  for (let k = fewer; k >= 0 && term > tail * 1e-17; k--) {
    tail += term;
    term *= k / (n - k + 1);
  }
  return Math.min(1, 2 * tail);
}

/**
 * Interval of (onlyA - onlyB) / n for when few prompts differ: Wald's interval after adding half a prompt to
 * each of the four kinds (Agresti and Min, Statistics in Medicine 24, 2005).
 * @param n all prompts, including those with equal outcomes
 */
export function pairedRateInterval(onlyA: number, onlyB: number, n: number, level = 0.95): [number, number] {
  const all = n + 2;
  const difference = (onlyA - onlyB) / all;
  const error = Math.sqrt((onlyA + onlyB + 1) / all - difference ** 2) / Math.sqrt(all);
  const width = normalQuantile((1 + level) / 2) * error;
  return [Math.max(-1, difference - width), Math.min(1, difference + width)];
}
