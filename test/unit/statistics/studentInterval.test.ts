// Student's t of two sources of variance: that it is one t where one is, and that it holds the levels of a correction.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seededRandom } from "../../../src/common/random.ts";
import { studentTTails } from "../../../src/core/statistics/distributions.ts";
import { reachOf, twoSidedP, upperT } from "../../../src/core/statistics/studentInterval.ts";

const prompts = { prompts: 1, promptDegrees: 139, seeds: 0, seedDegrees: 1 };
const seeds = { ...prompts, prompts: 0, seeds: 1 };

test("prompts alone, or seeds alone, are one Student's t", () => {
  assert.equal(reachOf(prompts), upperT(139));
  assert.equal(reachOf(seeds), upperT(1));
  assert.ok(Math.abs(twoSidedP(3, prompts) - studentTTails(3, 139)) < 1e-12);
  assert.ok(Math.abs(twoSidedP(3, seeds) - studentTTails(3, 1)) < 1e-12);
});

test("p is 5 % where the interval ends at zero, and falls beyond", () => {
  const both = { ...prompts, prompts: 0.7, seeds: 0.3, seedDegrees: 2 };
  const reach = reachOf(both);
  assert.ok(Math.abs(twoSidedP(reach, both) - 0.05) < 1e-6);
  const ps = [0.5, 1, 2, 4, 8, 16].map(times => twoSidedP(times * reach, both));
  assert.deepEqual(
    [...ps].sort((a, b) => b - a),
    ps,
  );
});

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Shares of made-up differences of which the test says so at the level, where seeds are `share` of the variance. */
function falseAlarms(share: number, seedDegrees: number, level: number, studies: number): number {
  const random = seededRandom("false alarms", share, seedDegrees);
  const spread = (degrees: number): number => {
    let sum = 0;
    for (let i = 0; i < degrees; i++) sum += normal(random) ** 2;
    return sum / degrees;
  };
  let alarms = 0;
  for (let study = 0; study < studies; study++) {
    const estimated = {
      prompts: (1 - share) * spread(40),
      promptDegrees: 40,
      seeds: share * spread(seedDegrees),
      seedDegrees,
    };
    const errors = normal(random) / Math.sqrt(estimated.prompts + estimated.seeds);
    // No test says so below the quantile of the normal distribution.
    if (Math.abs(errors) > 2.8 && twoSidedP(errors, estimated) < level) alarms++;
  }
  return alarms / studies;
}

test("two or three seeds that happen to agree raise no alarms at the level of a table's correction", () => {
  const level = 0.05 / 12;
  for (const [share, seedDegrees] of [
    [0.8, 1],
    [0.98, 1],
    [0.98, 2],
  ] as const) {
    const found = falseAlarms(share, seedDegrees, level, 30_000);
    assert.ok(
      found < 1.25 * level,
      `${share} by seeds, ${seedDegrees} degrees: ${(100 * found).toFixed(2)} %`,
    );
  }
});
