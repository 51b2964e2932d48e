// The self-check that `auto` rests on: what passes, and what a faulty device would show.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareSteps, selfCheck, trainTinyModel } from "../../src/runtime/devices/selfCheck.ts";

test("the CPU agrees with itself", async () => {
  const { passed, detail } = await selfCheck("cpu");
  assert.ok(passed, detail);
  assert.match(detail, /^loss differs by 0\.0 \(at most 0\.001\), gradients by 0\.0 \(at most 0\.01\)$/);
});

test("a device that computes otherwise fails, in the loss, in one gradient, or with what is no number", async () => {
  const right = await trainTinyModel("cpu");
  assert.ok(right.losses.length === 2 && (right.losses[1] ?? 0) < (right.losses[0] ?? 0), `${right.losses}`);
  const scale = right.gradient.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  assert.ok(scale > 0);
  const nudged = (by: number) => {
    const gradient = right.gradient.slice();
    gradient[5] = (gradient[5] ?? 0) + by * scale;
    return { ...right, gradient };
  };
  assert.equal(compareSteps(nudged(0.009), right).passed, true);
  assert.equal(compareSteps(nudged(0.011), right).passed, false);
  const [first = 0, second = 0] = right.losses;
  assert.equal(compareSteps({ ...right, losses: [first, second * 1.0009] }, right).passed, true);
  assert.equal(compareSteps({ ...right, losses: [first, second * 1.0011] }, right).passed, false);
  for (const broken of [
    { ...right, losses: [first] },
    { ...right, losses: [Number.NaN, second] },
    nudged(Number.NaN),
    { ...right, gradient: right.gradient.subarray(1) },
  ])
    assert.equal(compareSteps(broken, right).passed, false);
  assert.match(compareSteps(nudged(Number.NaN), right).detail, /gradients by no number/);
});
