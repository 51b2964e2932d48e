// Intervals of shares: what they are by definition, how often they hold the truth, and what clusters do to them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { midPInterval, shareInterval } from "../../../src/core/statistics/shareInterval.ts";

/** Of 0 to n hits; in logarithms, since those of 617 trials are too small for numbers. */
function probabilities(n: number, rate: number): number[] {
  let log = n * Math.log1p(-rate);
  return Array.from({ length: n + 1 }, (_, k) => {
    const own = Math.exp(log);
    log += Math.log((n - k) / (k + 1)) + Math.log(rate) - Math.log1p(-rate);
    return own;
  });
}

test("mid-P: at either end what was seen, half counted, and all beyond it come to 2.5 %", () => {
  for (const n of [1, 8, 40, 617])
    for (const hits of [0, 1, Math.floor(n / 3), n - 1, n]) {
      const [low, high] = midPInterval(hits, n);
      const beyond = (rate: number, isBeyond: (k: number) => boolean) =>
        probabilities(n, rate).reduce(
          (sum, each, k) => sum + (k === hits ? each / 2 : isBeyond(k) ? each : 0),
          0,
        );
      if (hits === 0) assert.equal(low, 0);
      else assert.ok(Math.abs(beyond(low, k => k > hits) - 0.025) < 1e-8, `${hits} of ${n}: from ${low}`);
      if (hits === n) assert.equal(high, 1);
      else assert.ok(Math.abs(beyond(high, k => k < hits) - 0.025) < 1e-8, `${hits} of ${n}: to ${high}`);
    }
});

test("rates of 8 to 617 prompts: 95 % on average, never below 92.8 %", () => {
  for (const n of [8, 20, 40, 140, 617]) {
    const intervals = Array.from({ length: n + 1 }, (_, hits) => midPInterval(hits, n));
    const coverage = (rate: number) =>
      probabilities(n, rate).reduce((sum, each, k) => {
        const [low, high] = intervals[k] ?? [0, 0];
        return low <= rate && rate <= high ? sum + each : sum;
      }, 0);
    const covered = Array.from({ length: 161 }, (_, i) => coverage(0.1 + i / 200));
    const mean = covered.reduce((sum, each) => sum + each, 0) / covered.length;
    assert.ok(mean > 0.945 && mean < 0.97, `${n}: ${mean}`);
    assert.ok(Math.min(...covered) > 0.928, `${n}: ${Math.min(...covered)}`);
  }
});

test("wins, ties and losses: the interval holds the truth, be there many ties or few", () => {
  const random = seededRandom("ties");
  for (const n of [20, 40, 140])
    for (const [win, tie] of [
      [0.3, 0.4],
      [0.5, 0.1],
      [0.1, 0.8],
    ] as const) {
      let held = 0;
      for (let study = 0; study < 1000; study++) {
        const values = Array.from({ length: n }, () => {
          const u = random();
          return u < win ? 1 : u < win + tie ? 0.5 : 0;
        });
        const [low, high] = shareInterval(values);
        if (low <= win + tie / 2 && win + tie / 2 <= high) held++;
      }
      assert.ok(held >= 930 && held <= 985, `${n} prompts, ${win} wins, ${tie} ties: ${held}`);
    }
});

test("values that are all alike are not certain", () => {
  assert.deepEqual(shareInterval([1, 1, 1]), [0.05 ** (1 / 3), 1]);
  const ties = shareInterval([0.5, 0.5, 0.5]);
  assert.ok(ties[0] < 0.2 && ties[1] > 0.8);
  const [oneTrial] = shareInterval([1, 1, 1], [0, 0, 0]);
  assert.ok(Math.abs(oneTrial - 0.05) < 1e-12, `${oneTrial}`);
  assert.throws(() => shareInterval([]), RangeError);
});

test("clusters: wordings that always agree count as one, those that don't as themselves", () => {
  const facts = Array.from({ length: 40 }, (_, i) => Number(i % 3 > 0));
  const wordings = facts.flatMap(value => [value, value, value]);
  const clusters = wordings.map((_, i) => Math.floor(i / 3));
  const width = ([low, high]: readonly [number, number]) => high - low;
  const [alone, grouped, apart] = [
    shareInterval(facts),
    shareInterval(wordings, clusters),
    shareInterval(wordings),
  ].map(width) as [number, number, number];
  assert.ok(Math.abs(grouped / alone - 1) < 0.06, `${grouped} beside ${alone}`);
  assert.ok(apart < 0.7 * alone);
  // Each cluster has a pass and a fail: nothing is shared.
  const mixed = Array.from({ length: 80 }, (_, i) => i % 2);
  const pairs = mixed.map((_, i) => Math.floor(i / 2));
  assert.ok(Math.abs(width(shareInterval(mixed, pairs)) / width(shareInterval(mixed)) - 1) < 0.06);
});
