// Amounts as written in a mixture file, and their conversion to numbers of examples.
import type { Amount } from "./mixtureFile.ts";

const percentPattern = /^(\d+(?:\.\d+)?)\s*%$/;

/** Parses a percentage: `10%` gives 10. Returns null for anything else. */
export function parsePercent(value: unknown): number | null {
  const match = typeof value === "string" ? percentPattern.exec(value.trim()) : null;
  return match === null ? null : Number(match[1]);
}

/**
 * Parses `40` or `10%`. Returns null for anything else, including negative numbers and percentages above 100.
 */
export function parseAmount(value: unknown): Amount | null {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && value >= 0 ? { examples: value } : null;
  }
  const percent = parsePercent(value);
  return percent === null || percent > 100 ? null : { percent };
}

export function formatAmount(amount: Amount): string {
  return "examples" in amount ? String(amount.examples) : `${amount.percent}%`;
}

/** Converts an amount to a number of examples, rounding halves up. */
export function examplesOf(amount: Amount, budget: number): number {
  if ("examples" in amount) return amount.examples;
  // The addend compensates for binary fractions just below a half: 34.8 % of 375 computes as 130.499… but
  // means 130.5.
  return Math.floor((budget * amount.percent) / 100 + 0.5 + 1e-9);
}

/**
 * Divides `total` in proportion to the weights, by largest remainder. Equal remainders are served in order.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum <= 0) return weights.map(() => 0);
  const exact = weights.map(weight => (total * weight) / sum);
  const counts = exact.map(value => Math.floor(value));
  const order = exact
    .map((value, index) => ({ index, remainder: value - (counts[index] ?? 0) }))
    .sort((a, b) =>
      Math.abs(a.remainder - b.remainder) < 1e-9 ? a.index - b.index : b.remainder - a.remainder,
    );
  const left = total - counts.reduce((all, count) => all + count, 0);
  for (const { index } of order.slice(0, left)) counts[index] = (counts[index] ?? 0) + 1;
  return counts;
}
