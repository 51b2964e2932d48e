// The smallest difference between two pass rates that a number of prompts can show.
import { normalQuantile } from "./distributions.ts";

export interface Detectable {
  /** Prompts that both models answer. */
  readonly prompts: number;
  /** Mean of the two pass rates; 0.5 is the worst case. */
  readonly rate: number;
  /** Of the two outcomes of one prompt; 0, the default, is the cautious assumption. */
  readonly correlation?: number;
  /** Probability of finding the difference; 0.8 unless told. */
  readonly power?: number;
  /** Of the interval: 0.95 is a two-sided test at 5 %. */
  readonly level?: number;
}

/**
 * The smallest d with n d^2 >= (z_level sqrt(psi) + z_power sqrt(psi - d^2))^2: McNemar's test in its normal
 * approximation (Connor, Biometrics 43, 1987). psi is the share of prompts that only one of the two passes, for rates
 * p = rate - d/2 and q = rate + d/2: p (1 - q) + q (1 - p) - 2 correlation sqrt(p (1 - p) q (1 - q)),
 * and never below d. Infinity where not even the largest difference that this rate has room for would be found.
 */
export function minimumDetectableDifference(asked: Detectable): number {
  const { prompts, rate, correlation = 0, power = 0.8, level = 0.95 } = asked;
  if (!(prompts > 0) || !(rate > 0 && rate < 1) || !(correlation >= 0 && correlation < 1))
    throw new RangeError("prompts above 0, a rate inside 0 to 1, a correlation from 0 to below 1");
  const forLevel = normalQuantile((1 + level) / 2);
  const forPower = normalQuantile(power);
  const found = (d: number): boolean => {
    const p = rate - d / 2;
    const q = rate + d / 2;
    const shared = 2 * correlation * Math.sqrt(p * (1 - p) * q * (1 - q));
    const apart = Math.max(d, p * (1 - q) + q * (1 - p) - shared);
    const needed = forLevel * Math.sqrt(apart) + forPower * Math.sqrt(Math.max(0, apart - d * d));
    return d * Math.sqrt(prompts) >= needed;
  };
  let low = 0;
  let high = 2 * Math.min(rate, 1 - rate);
  if (!found(high)) return Number.POSITIVE_INFINITY;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (found(middle)) high = middle;
    else low = middle;
  }
}
