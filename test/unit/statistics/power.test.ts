// How often a test finds a difference: against the test itself, on made-up pairs and on made-up variances.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seededRandom } from "../../../src/common/random.ts";
import { exactMcNemar } from "../../../src/core/statistics/mcnemar.ts";
import { mcnemarPower, studentPower } from "../../../src/core/statistics/power.ts";
import { twoSidedP } from "../../../src/core/statistics/studentInterval.ts";

test("McNemar's exact test finds a difference as often as its power says, and too seldom raises an alarm", () => {
  const random = seededRandom("McNemar's power");
  for (const [prompts, onlyA, onlyB, level] of [
    [40, 0.05, 0.3, 0.05],
    [140, 0.1, 0.25, 0.05],
    [140, 0.1, 0.25, 0.002],
    [140, 0.15, 0.15, 0.05],
  ] as const) {
    const studies = 2000;
    let found = 0;
    for (let study = 0; study < studies; study++) {
      let [a, b] = [0, 0];
      for (let i = 0; i < prompts; i++) {
        const u = random();
        if (u < onlyA) a++;
        else if (u < onlyA + onlyB) b++;
      }
      if (exactMcNemar(a, b) <= level) found++;
    }
    const power = mcnemarPower(prompts, { onlyA, onlyB }, level);
    const room = 3 * Math.sqrt((power * (1 - power)) / studies);
    assert.ok(Math.abs(found / studies - power) < room, `${prompts} ${level}: ${found / studies}, ${power}`);
  }
  assert.ok(mcnemarPower(140, { onlyA: 0.15, onlyB: 0.15 }, 0.05) < 0.05);
  // Of two prompts none can show anything; of six, all six must.
  assert.equal(mcnemarPower(2, { onlyA: 0, onlyB: 1 }, 0.05), 0);
  assert.equal(mcnemarPower(6, { onlyA: 0, onlyB: 1 }, 0.05), 1);
});

test("Student's test of prompts and seeds finds a difference as often as its power says", () => {
  const random = seededRandom("Student's power");
  for (const [difference, level, truth] of [
    [2.8, 0.05, { prompts: 1, promptDegrees: 30, seeds: 0, seedDegrees: 0 }],
    [4, 0.05, { prompts: 0.4, promptDegrees: 60, seeds: 0.6, seedDegrees: 2 }],
    [6, 0.01, { prompts: 0.4, promptDegrees: 60, seeds: 0.6, seedDegrees: 4 }],
  ] as const) {
    const studies = 2000;
    let found = 0;
    for (let study = 0; study < studies; study++) {
      const estimated = {
        ...truth,
        prompts: truth.prompts * spread(random, truth.promptDegrees),
        seeds: truth.seeds * spread(random, truth.seedDegrees),
      };
      const value = difference + normal(random) * Math.sqrt(truth.prompts + truth.seeds);
      if (twoSidedP(value / Math.sqrt(estimated.prompts + estimated.seeds), estimated) < level) found++;
    }
    const power = studentPower(difference, truth, level);
    const room = 3 * Math.sqrt((power * (1 - power)) / studies) + 0.005;
    assert.ok(Math.abs(found / studies - power) < room, `${difference}: ${found / studies}, ${power}`);
  }
});

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function spread(random: Random, degrees: number): number {
  let sum = 0;
  for (let i = 0; i < degrees; i++) sum += normal(random) ** 2;
  return degrees === 0 ? 0 : sum / degrees;
}
