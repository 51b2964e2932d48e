// A run that is shown: what is wrong with its events is said, and what was read before stays.
import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { FollowedRun } from "../../../src/features/live/followedRun.ts";
import { LineTail } from "../../../src/node/lineTail.ts";

const event = (step: number): string =>
  `${JSON.stringify({
    ...{ step, steps: 9, epoch: 1, loss: 9 - step, learningRate: 1, gradientNorm: 1, tokens: 5 },
    ...{ responseTokens: 2, tokensPerSecond: 7, time: "2026-01-01T00:00:00Z" },
  })}\n`;

describe("a run that is shown", () => {
  let root: string;
  let run: string;
  let file: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "pinch-followed-"));
    run = join(root, "run");
    file = join(run, "events.jsonl");
    mkdirSync(run);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const losses = (followed: FollowedRun) => followed.patches()?.series.loss?.points.length ?? 0;

  it("leaves out lines of another program and half a line, and counts the former in words", async () => {
    const followed = new FollowedRun(new LineTail(file));
    writeFileSync(file, `${event(1)}{"version":9}\n<html>\n${event(2)}${event(3).slice(0, 20)}`);
    await followed.read();
    assert.equal(losses(followed), 4, "lowest and highest of two steps");
    assert.match(followed.fault ?? "", /^2 lines of its events are malformed and left out/);
    appendFileSync(file, event(3).slice(20));
    await followed.read();
    assert.match(followed.fault ?? "", /^2 lines/, "the half line was one once it had its end");
  });

  it("keeps its curves when its folder is renamed or deleted, says so, and goes on when it is back", async () => {
    const followed = new FollowedRun(new LineTail(file));
    await followed.read();
    assert.equal(followed.fault, null, "a run that has not begun to write lacks nothing");
    writeFileSync(file, event(1) + event(2));
    await followed.read();
    renameSync(run, `${run}-old`);
    await followed.read();
    assert.match(followed.fault ?? "", /deleted or renamed/);
    followed.forget();
    assert.equal(losses(followed), 4);
    renameSync(`${run}-old`, run);
    appendFileSync(file, event(3));
    await followed.read();
    assert.equal(followed.fault, null);
    followed.forget();
    assert.equal(losses(followed), 6);
  });

  it("says why its events can't be read, and is no failure of the panel", async () => {
    mkdirSync(file);
    const followed = new FollowedRun(new LineTail(file));
    assert.equal(await followed.read(), false);
    assert.match(followed.fault ?? "", /^Its events can't be read: /);
  });
});
