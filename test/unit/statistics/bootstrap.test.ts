// Bootstrap intervals against what the normal approximation gives in closed form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { bootstrapRate, quantile } from "../../../src/core/statistics/bootstrap.ts";

const resamples = 4000;

function near(actual: number, expected: number, relative: number, what: string): void {
  const off = Math.abs(actual - expected) / Math.abs(expected);
  assert.ok(off <= relative, `${what}: ${actual} is ${(100 * off).toFixed(1)} % from ${expected}`);
}

test("a rate's half width is 1.96 sqrt(p (1 - p) / n)", () => {
  const outcomes = Array.from({ length: 500 }, (_, i) => i % 10 < 3);
  const [low, high] = bootstrapRate(outcomes, seededRandom("bootstrap", 2), resamples);
  near((high - low) / 2, 1.96 * Math.sqrt((0.3 * 0.7) / 500), 0.06, "half width");
});

test("the interval covers the true rate in about 95 of 100 experiments", () => {
  const random = seededRandom("coverage");
  let covered = 0;
  for (let experiment = 0; experiment < 400; experiment++) {
    const outcomes = Array.from({ length: 100 }, () => random() < 0.4);
    const [low, high] = bootstrapRate(outcomes, seededRandom("bootstrap", experiment), 400);
    if (low <= 0.4 && 0.4 <= high) covered++;
  }
  assert.ok(covered >= 365 && covered <= 395, `${covered} of 400`);
});

test("trials that all came out alike are not certain: the exact bound", () => {
  const random = seededRandom("bootstrap", 4);
  const [low, high] = bootstrapRate(
    Array.from({ length: 100 }, () => true),
    random,
  );
  assert.equal(high, 1);
  near(1 - low, 0.0362, 0.01, "one minus the lower bound"); // Clopper-Pearson, 100 of 100
  assert.deepEqual(
    bootstrapRate(
      Array.from({ length: 100 }, () => false),
      random,
    ),
    [0, 1 - low],
  );
});

test("the same seed gives the same interval, another seed another", () => {
  const outcomes = Array.from({ length: 97 }, (_, i) => i % 3 === 0);
  const of = (seed: number) => bootstrapRate(outcomes, seededRandom("bootstrap", seed), 200);
  assert.deepEqual(of(1), of(1));
  assert.notDeepEqual(of(1), of(2));
});

test("quantiles interpolate", () => {
  assert.equal(quantile([0, 10], 0.25), 2.5);
  assert.equal(quantile([1, 2, 3], 0.5), 2);
  assert.equal(quantile([7], 0.975), 7);
});
