// What has one right value: distributions, exact intervals, tests and agreement, against SciPy and its kin.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { languageCorrelations, pairIndex } from "../../../src/core/statistics/correlations.ts";
import {
  betaQuantile,
  normalQuantile,
  studentTQuantile,
} from "../../../src/core/statistics/distributions.ts";
import { holm } from "../../../src/core/statistics/holm.ts";
import { cohensKappa } from "../../../src/core/statistics/kappa.ts";
import { exactMcNemar, pairedRateInterval } from "../../../src/core/statistics/mcnemar.ts";
import { reference } from "./reference.ts";

const tolerance = 1e-6; // relative; below 1 absolute as well

function close(actual: number | null | undefined, expected: number, what: unknown): void {
  const off = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(
    off <= tolerance * Math.max(Math.abs(expected), 1e-9) || off === 0,
    `${JSON.stringify(what)}: ${actual} is not ${expected}`,
  );
}

test("quantiles of the normal, Student's t and beta distributions", () => {
  for (const { p, value } of reference.quantiles.normal) close(normalQuantile(p), value, { p });
  for (const row of reference.quantiles.student) close(studentTQuantile(row.p, row.degrees), row.value, row);
  for (const row of reference.quantiles.beta) close(betaQuantile(row.p, row.a, row.b), row.value, row);
  assert.throws(() => normalQuantile(1), RangeError);
});

test("McNemar's exact test", () => {
  for (const row of reference.mcnemar) close(exactMcNemar(row.onlyA, row.onlyB), row.p, row);
  assert.throws(() => exactMcNemar(-1, 2), RangeError);
  assert.throws(() => exactMcNemar(0.5, 2), RangeError);
});

test("Holm's correction", () => {
  for (const { p, adjusted } of reference.holm) {
    const own = holm(p);
    assert.equal(own.length, adjusted.length);
    for (const [i, value] of own.entries()) close(value, adjusted[i] ?? Number.NaN, { p, i });
  }
});

test("Cohen's kappa", () => {
  for (const { pairs, kappa } of reference.kappa) close(cohensKappa(pairs), kappa, pairs.length);
  assert.equal(cohensKappa([]), null);
  assert.equal(cohensKappa([["win", "win"]]), null);
  assert.equal(cohensKappa([["win", "loss"]]), 0);
});

test("correlations of languages, by hand", () => {
  const language = (tops: number[], clusters = [0, 1, 2, 3]) => ({
    clusters,
    tops,
    bottoms: tops.map(() => 1),
  });
  const a = language([1, 1, 0, 0]);
  const b = language([1, 0, 0, 0]); // residuals 3/4, -1/4, -1/4, -1/4 beside 1/2, 1/2, -1/2, -1/2
  const c = language([1, 1, 1, 1]);
  const d = language([0, 0, 0, 0], [2, 3, 4, 5]);
  const pairs = languageCorrelations([a, b, c, d], 6);
  const [ab = 0, ac, ad, bc, bd, cd] = pairs;
  close(ab, 0.5 / Math.sqrt(0.75), "a b");
  assert.deepEqual([ac, ad, bc, bd], [0, 0, 0, 0]);
  assert.equal(cd, 0.5); // both alike: as far as they share prompts
  assert.deepEqual(
    [pairIndex(0, 1, 4), pairIndex(3, 0, 4), pairIndex(1, 2, 4), pairIndex(1, 3, 4), pairIndex(2, 3, 4)],
    [0, 2, 3, 4, 5],
  );
});

test("the interval of a paired difference covers it, few as the prompts that differ may be", () => {
  const random = seededRandom("paired");
  for (const [n, onlyA, onlyB] of [
    [60, 0.05, 0.05],
    [60, 0.1, 0.02],
    [20, 0.3, 0.1],
  ] as const) {
    let covered = 0;
    for (let study = 0; study < 1000; study++) {
      let [a, b] = [0, 0];
      for (let i = 0; i < n; i++) {
        const u = random();
        if (u < onlyA) a++;
        else if (u < onlyA + onlyB) b++;
      }
      const [low, high] = pairedRateInterval(a, b, n);
      if (low <= onlyA - onlyB && onlyA - onlyB <= high) covered++;
    }
    assert.ok(covered >= 930, `${n} ${onlyA} ${onlyB}: ${covered} of 1000`);
  }
});
