// Progress and time left of a run whose phases take what was expected, or less.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProgressUpdate } from "../../../src/protocol/runtime.ts";
import { Pace } from "../../../src/runtime/context/pace.ts";

/** Time left after updates, in seconds, on a clock that advances by so many before each. */
function secondsLeft(
  t: { mock: { method(object: object, name: "now", now: () => number): unknown } },
  follow: (pace: Pace, wait: (seconds: number) => void) => void,
): (number | null)[] {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const updates: ProgressUpdate[] = [];
  const pace = new Pace({ train: 100, generate: 50 }, update => updates.push(update));
  follow(pace, seconds => {
    now += 1000 * seconds;
  });
  return updates.map(update => update.secondsLeft);
}

test("time left is that of the rest at the pace so far", t => {
  const left = secondsLeft(t, (pace, wait) => {
    pace.update("train", 0, 10, "");
    wait(10);
    pace.update("train", 5, 10, "");
    wait(10);
    pace.update("train", 10, 10, "");
    pace.update("generate", 0, 2, "");
    wait(10);
    pace.update("generate", 2, 2, "");
  });
  assert.deepEqual(left, [null, 20, 10, 10, 0]);
});

test("what a training leaves out is neither done nor left", t => {
  const left = secondsLeft(t, (pace, wait) => {
    pace.update("train", 0, 10, "");
    wait(10);
    pace.update("train", 5, 10, "");
    pace.leaveOut("train", 0.5);
    pace.update("generate", 0, 2, "");
    wait(5);
    pace.update("generate", 1, 2, "");
  });
  assert.deepEqual(left, [null, 20, 10, 5]);
});

test("of two trainings, the second goes on at the pace of the first, which left something out", t => {
  const left = secondsLeft(t, (pace, wait) => {
    pace.update("train", 0, 20, "");
    wait(5);
    pace.update("train", 5, 20, "");
    pace.leaveOut("train", 0.25);
    pace.update("train", 10, 20, "");
    wait(5);
    pace.update("train", 15, 20, "");
  });
  assert.deepEqual(left, [null, 25, 20, 15]);
});
