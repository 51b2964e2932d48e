// How long something that is asked to stop is waited for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LongestPause } from "../../../src/common/longestPause.ts";

test("twice its longest pause, no less than the least, and no longer for one that hangs", () => {
  let now = 0;
  const pause = new LongestPause(() => now);
  assert.equal(pause.graceMs(8_000), 8_000);
  for (const milliseconds of [2_000, 10_000, 3_000]) {
    now += milliseconds;
    pause.heard();
  }
  now += 600_000;
  assert.equal(pause.graceMs(8_000), 20_000);
  pause.restart();
  assert.equal(pause.graceMs(8_000), 8_000);
});
