// How much seeds vary: their standard error, and the quantiles of Student's t that go with so few of them.
import { type Cell, cellValue } from "./cells.ts";
import { studentTQuantile } from "./distributions.ts";

export interface SeedSpread {
  /** Standard error of the mean over seeds. */
  readonly error: number;
  readonly degrees: number;
}

/** null with a single seed. Strata that lack a seed are left out: seeds are compared over the same ones. */
export function seedSpread(strata: ReadonlyMap<string, readonly Cell[]>): SeedSpread | null {
  const all = [...strata.values()];
  const count = Math.max(0, ...all.map(cells => cells.length));
  const complete = all.filter(cells => cells.length === count);
  const means = new Map<number, number>();
  for (const cell of complete.flat())
    means.set(cell.seed, (means.get(cell.seed) ?? 0) + cellValue(cell) / complete.length);
  return spreadOf([...means.values()]);
}

/** Standard error of the mean of one value per seed; null with fewer than two. */
export function spreadOf(values: readonly number[]): SeedSpread | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { error: Math.sqrt(variance / n), degrees: n - 1 };
}

const known = new Map<string, Float64Array>();

/**
 * Student's t at the middle of each of `count` equal shares of probability: a sample without chance in it, which
 * matters in the long tails of one degree of freedom.
 */
export function seedQuantiles(degrees: number, count: number): Float64Array {
  const key = `${degrees} ${count}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const quantiles = Float64Array.from({ length: count }, (_, i) =>
    studentTQuantile((i + 0.5) / count, degrees),
  );
  known.set(key, quantiles);
  return quantiles;
}
