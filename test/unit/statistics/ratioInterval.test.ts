// Intervals of means and ratios: what the delta method gives where there are many, coverage where there are few.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { ratioInterval } from "../../../src/core/statistics/ratioInterval.ts";

function near(actual: number, expected: number, relative: number, what: string): void {
  const off = Math.abs(actual - expected) / Math.abs(expected);
  assert.ok(off <= relative, `${what}: ${actual} is ${(100 * off).toFixed(1)} % from ${expected}`);
}

test("a mean's half width is 1.96 standard errors", () => {
  const random = seededRandom("data", 1);
  const n = 400;
  const values = Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return 5 + 2 * radius * Math.cos(2 * Math.PI * random());
  });
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1));
  const ones = values.map(() => 1);
  const [low, high] = ratioInterval({ numerators: values, denominators: ones });
  near((high - low) / 2, (1.96 * deviation) / Math.sqrt(n), 0.05, "half width");
  near((high + low) / 2, mean, 0.01, "centre");
});

test("a ratio's half width is the delta method's", () => {
  const random = seededRandom("data", 3);
  const tokens = Array.from({ length: 600 }, () => 1 + Math.floor(random() * 20));
  const totals = tokens.map(count => count * (1 + random()));
  const ratio = totals.reduce((a, b) => a + b, 0) / tokens.reduce((a, b) => a + b, 0);
  const meanTokens = tokens.reduce((a, b) => a + b, 0) / tokens.length;
  const residual = totals.map((total, i) => total - ratio * (tokens[i] ?? 0));
  const variance = residual.reduce((a, b) => a + b * b, 0) / (tokens.length - 1);
  const error = Math.sqrt(variance / tokens.length) / meanTokens;
  const [low, high] = ratioInterval({ numerators: totals, denominators: tokens });
  near((high - low) / 2, 1.96 * error, 0.06, "half width");
  assert.ok(low < ratio && ratio < high);
});

test("eight lognormal likelihoods: an interval that covers in 93.5 to 97.5 of 100 evaluations", () => {
  const random = seededRandom("likelihoods");
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  for (const n of [8, 15, 40]) {
    let covered = 0;
    for (let study = 0; study < 2000; study++) {
      const denominators = Array.from({ length: n }, () => 5 + Math.floor(15 * random()));
      const numerators = denominators.map(tokens => tokens * Math.exp(0.6 * normal()));
      const [low, high] = ratioInterval({ numerators, denominators });
      if (low <= Math.exp(0.18) && Math.exp(0.18) <= high) covered++;
    }
    assert.ok(covered >= 1870 && covered <= 1950, `${n}: ${covered} of 2000`);
  }
});

test("prompts of one group count as one: the interval of copies is that of the originals", () => {
  const values = Array.from({ length: 20 }, (_, i) => 1 + ((i * 7) % 5));
  const ones = values.map(() => 1);
  const copies = [...values, ...values, ...values];
  const grouped = ratioInterval({
    numerators: copies,
    denominators: copies.map(() => 1),
    clusters: copies.map((_, i) => i % 20),
  });
  const alone = ratioInterval({ numerators: values, denominators: ones });
  grouped.forEach((end, i) => {
    near(end, alone[i] ?? 0, 1e-9, "an end");
  });
});

test("values that are all alike are not certain where their range is known", () => {
  const zeros = new Array<number>(8).fill(0);
  const range = [0, 1] as const;
  const [low, high] = ratioInterval({ numerators: zeros, denominators: zeros.map(() => 1), range });
  assert.equal(low, 0);
  near(high, 1 - 0.025 ** (1 / 8), 1e-9, "the exact bound of 0 of 8");
  assert.throws(() => ratioInterval({ numerators: [], denominators: [] }), RangeError);
});
