// Combines metric values: over the seeds of one mixture, and over languages.
import type { MetricKey, MetricValue } from "../run/records.ts";

// Two-sided 97.5 % points of Student's t for 2 to 30 degrees of freedom; beyond that the normal's will do.
const studentT = [
  4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const normalPoint = 1.96;
/** From this many seeds their spread is used. */
export const minSeedsForSpread = 3;

export function isRate(key: MetricKey): boolean {
  return !key.startsWith("nll");
}

/**
 * Mean over the seeds of one mixture. With one or two seeds the interval has the average half widths; from
 * three on it is the t-interval of the seeds, unless that is the narrower: seeds share their prompts, so that
 * their spread alone says nothing about other prompts.
 */
export function meanOverSeeds(key: MetricKey, values: readonly MetricValue[]): MetricValue | null {
  const first = values[0];
  if (first === undefined || values.length === 1) return first ?? null;
  const mean = average(values.map(value => value.value));
  const below = average(values.map(value => value.value - value.interval[0]));
  const above = average(values.map(value => value.interval[1] - value.value));
  const spread = seedHalfWidth(values.map(value => value.value));
  return {
    value: mean,
    n: values.reduce((total, value) => total + value.n, 0),
    interval: clamped(key, mean - Math.max(below, spread), mean + Math.max(above, spread)),
  };
}

function seedHalfWidth(values: readonly number[]): number {
  const n = values.length;
  if (n < minSeedsForSpread) return 0;
  const mean = average(values);
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (n - 1);
  return (studentT[n - 3] ?? normalPoint) * Math.sqrt(variance / n);
}

/**
 * Each language counts the same. Languages are taken as independent, so that squared distances to the ends
 * of their intervals add up, each side by itself: near 0 and 1 intervals are lopsided.
 */
export function meanOverLanguages(key: MetricKey, values: readonly MetricValue[]): MetricValue | null {
  const k = values.length;
  if (k < 2) return values[0] ?? null;
  const mean = average(values.map(value => value.value));
  const below = Math.hypot(...values.map(({ value, interval }) => value - interval[0])) / k;
  const above = Math.hypot(...values.map(({ value, interval }) => interval[1] - value)) / k;
  return {
    value: mean,
    n: values.reduce((total, value) => total + value.n, 0),
    interval: clamped(key, mean - below, mean + above),
  };
}

function clamped(key: MetricKey, low: number, high: number): readonly [number, number] {
  return isRate(key) ? [Math.max(0, low), Math.min(1, high)] : [low, high];
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
