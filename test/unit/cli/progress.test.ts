// Progress: one line written over on a terminal, few plain lines elsewhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "../../../src/cli/progress.ts";
import { formatBytes } from "../../../src/common/byteSize.ts";

function recorded(stream: { isTTY?: boolean; columns?: number }) {
  let text = "";
  const progress = new Progress({ ...stream, write: (part: string) => (text += part) });
  return { progress, text: () => text };
}

const half = { phase: "train", done: 5, total: 10, secondsLeft: 90, message: "" } as const;

test("a terminal's line is written over, cut to its width, and removed before a line that stays", () => {
  const { progress, text } = recorded({ isTTY: true, columns: 20 });
  progress.begin("[1/2] pinch s7");
  progress.update(half);
  progress.update({ ...half, done: 6 });
  progress.say("done");
  assert.equal(text(), "\r\u001b[K[1/2] pinch s7 trai\r\u001b[K[1/2] pinch s7 trai\r\u001b[Kdone\n");
});

test("elsewhere a phase is told when it begins and then every 15 seconds", () => {
  const { progress, text } = recorded({});
  progress.begin("pinch");
  progress.update({ ...half, done: 0, secondsLeft: null }, 0);
  progress.update(half, 10_000);
  progress.update(half, 15_000);
  progress.update({ ...half, phase: "generate", done: 0, secondsLeft: 3 }, 15_001);
  assert.equal(
    text(),
    "pinch training 0 %\npinch training 50 %, 1 min 30 s left\npinch answering 0 %, 3 s left\n",
  );
});

test("bytes are told in units a person reads", () => {
  assert.deepEqual([519, 250e6, 1.34e9].map(formatBytes), ["1 kB", "250 MB", "1.3 GB"]);
});
