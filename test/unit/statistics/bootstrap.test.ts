// Bootstrap intervals against what the normal approximation gives in closed form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { bootstrapRate, bootstrapRatio, quantile } from "../../../src/core/statistics/bootstrap.ts";

const resamples = 4000;

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
  const [low, high] = bootstrapRatio(values, ones, seededRandom("bootstrap", 1), resamples);
  near((high - low) / 2, (1.96 * deviation) / Math.sqrt(n), 0.05, "half width");
  near((high + low) / 2, mean, 0.01, "centre");
});

test("a rate's half width is 1.96 sqrt(p (1 - p) / n)", () => {
  const outcomes = Array.from({ length: 500 }, (_, i) => i % 10 < 3);
  const [low, high] = bootstrapRate(outcomes, seededRandom("bootstrap", 2), resamples);
  near((high - low) / 2, 1.96 * Math.sqrt((0.3 * 0.7) / 500), 0.06, "half width");
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
  const [low, high] = bootstrapRatio(totals, tokens, seededRandom("bootstrap", 3), resamples);
  near((high - low) / 2, 1.96 * error, 0.06, "half width");
  assert.ok(low < ratio && ratio < high);
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
  assert.throws(() => bootstrapRatio([], [], seededRandom(1)), RangeError);
});

test("of many prompts the ends are those that draws come to, bias and skewness too", () => {
  const random = seededRandom("data", 5);
  const n = 5000;
  // One prompt in a hundred has most tokens, and these cost more: a lopsided ratio.
  const tokens = Array.from({ length: n }, () => (random() < 0.01 ? 400 : 1 + Math.floor(random() * 5)));
  const totals = tokens.map(count => count * (count > 100 ? 4 + 4 * random() : random()));
  const [low, high] = bootstrapRatio(totals, tokens, seededRandom("bootstrap", 5));
  const drawn: number[] = [];
  const draw = seededRandom("draws", 5);
  for (let r = 0; r < resamples; r++) {
    let top = 0;
    let bottom = 0;
    for (let i = 0; i < n; i++) {
      const at = Math.floor(draw() * n);
      top += totals[at] ?? 0;
      bottom += tokens[at] ?? 0;
    }
    drawn.push(top / bottom);
  }
  drawn.sort((a, b) => a - b);
  const [from, to] = [quantile(drawn, 0.025), quantile(drawn, 0.975)];
  const halfWidth = (to - from) / 2;
  const centre = totals.reduce((a, b) => a + b, 0) / tokens.reduce((a, b) => a + b, 0);
  assert.ok(centre - from > 1.1 * (to - centre), "the draws are lopsided");
  assert.ok(Math.abs(low - from) < 0.05 * halfWidth, `${low} beside ${from}`);
  assert.ok(Math.abs(high - to) < 0.05 * halfWidth, `${high} beside ${to}`);
});
