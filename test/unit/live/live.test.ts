// Curves from events: bounded, incremental, and right whatever a file holds.
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { LiveRun } from "../../../src/core/live/liveRun.ts";
import { type Patch, type Point, Series, Smoothed } from "../../../src/core/live/series.ts";
import { parseStepEvent } from "../../../src/core/records/events.ts";
import type { StepEvent } from "../../../src/core/records/records.ts";
import { LineTail } from "../../../src/node/lineTail.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-live-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function event(step: number, more: Partial<StepEvent> = {}): StepEvent {
  return {
    step,
    steps: 1_000_000,
    epoch: step / 100,
    loss: 3 - step / 1e6,
    learningRate: 1e-3,
    gradientNorm: 1,
    tokens: 100,
    responseTokens: 50,
    tokensPerSecond: 1000,
    time: "2026-01-01T00:00:00.000Z",
    ...more,
  };
}

/** What a view holds after these patches. */
function applied(patches: readonly Patch[]): Point[] {
  const points: Point[] = [];
  for (const { from, points: next } of patches) points.splice(from, points.length - from, ...next);
  return points;
}

describe("a series", () => {
  it("keeps every value while there are few", () => {
    const series = new Series(10);
    for (let step = 1; step <= 4; step++) series.add(step, step * step);
    assert.deepEqual(series.patch().points, [
      [1, 1],
      [2, 4],
      [3, 9],
      [4, 16],
    ]);
    assert.equal(series.changed, false);
  });

  it("keeps means over equal numbers of steps, in bounded memory, whatever was told meanwhile", () => {
    const series = new Series(100);
    const patches: Patch[] = [];
    for (let step = 1; step <= 100_000; step++) {
      series.add(step, step % 2);
      if (step % 777 === 0) patches.push(series.patch());
    }
    patches.push(series.patch());
    const points = applied(patches);
    assert.deepEqual(points, series.patch(true).points, "patches amount to the whole");
    assert.ok(points.length > 40 && points.length <= 100, String(points.length));
    for (const [, mean] of points.slice(0, -1)) assert.equal(mean, 0.5);
    assert.equal(points.at(-1)?.[0], 100_000);
    const told = patches.reduce((sum, patch) => sum + patch.points.length, 0);
    assert.ok(told < 3_000, `only what changed is told: ${told}`);
  });

  it("with extremes no peak is lost", () => {
    const series = new Series(50, true);
    for (let step = 1; step <= 10_000; step++) series.add(step, step === 5_003 ? 99 : 1);
    const values = series.patch().points.map(([, value]) => value);
    assert.equal(Math.max(...values), 99);
    assert.equal(Math.min(...values), 1);
  });

  it("the smoothed value begins at the first one and follows", () => {
    const smoothed = new Smoothed(10);
    assert.equal(smoothed.next(4), 4);
    let last = 0;
    for (let i = 0; i < 100; i++) last = smoothed.next(2);
    assert.ok(Math.abs(last - 2) < 1e-3);
    // By hand: weights 0.9 and 1 over values 4 and 2.
    const two = new Smoothed(10);
    two.next(4);
    assert.ok(Math.abs(two.next(2) - (0.9 * 4 + 2) / 1.9) < 1e-12);
  });
});

describe("a live run", () => {
  it("has a curve for each number and each held-out language", () => {
    const run = new LiveRun();
    run.add(event(1, { memoryBytes: 5e8 }));
    run.add(event(2, { heldOut: { en: 2, fi: 3 } }));
    const { anew, series } = run.patches();
    assert.equal(anew, true);
    assert.deepEqual(series["heldOut:fi"]?.points, [[2, 3]]);
    assert.deepEqual(series.memory?.points, [[1, 5e8]]);
    assert.deepEqual(run.patches(), { anew: false, series: {} });
  });

  it("steps that a resumed run does again count once", () => {
    const run = new LiveRun();
    for (const step of [1, 2, 3, 2, 3, 4]) run.add(event(step));
    assert.deepEqual(
      run.patches().series.smooth?.points.map(([step]) => step),
      [1, 2, 3, 4],
    );
  });
});

describe("a line of events.jsonl", () => {
  it("is a step only with every number in its place", () => {
    const good = JSON.stringify(event(3, { heldOut: { en: 1 } }));
    assert.equal(parseStepEvent(good)?.step, 3);
    for (const bad of [
      "",
      "{",
      "null",
      "[]",
      '"text"',
      JSON.stringify({ ...event(3), loss: "1" }),
      JSON.stringify({ ...event(3), loss: null }),
      JSON.stringify({ ...event(3), step: 0 }),
      JSON.stringify({ ...event(3), step: 1.5 }),
      JSON.stringify({ ...event(3), time: 7 }),
      good.slice(0, -5),
    ])
      assert.equal(parseStepEvent(bad), null, bad);
    assert.equal(parseStepEvent(JSON.stringify({ ...event(3), heldOut: { en: "x" } }))?.heldOut, undefined);
  });
});

describe("following a file", () => {
  const follow = (name: string) => {
    const path = join(folder, name);
    const tail = new LineTail(path);
    const seen: string[] = [];
    const handlers = { restart: () => seen.push("RESTART"), line: (text: string) => seen.push(text) };
    const read = async () => {
      const { state } = await tail.read(handlers, 1e9);
      return [state, ...seen.splice(0)];
    };
    return { path, read, tail, handlers, seen };
  };

  it("gives what is new, and a half line when its end has come", async () => {
    const { path, read } = follow("grows");
    assert.deepEqual(await read(), ["gone"]);
    writeFileSync(path, "one\ntw");
    assert.deepEqual(await read(), ["read", "one"]);
    appendFileSync(path, "o\nthree ä");
    assert.deepEqual(await read(), ["read", "two"]);
    appendFileSync(path, "\n");
    assert.deepEqual(await read(), ["read", "three ä"]);
    assert.deepEqual(await read(), ["read"]);
  });

  it("begins anew where the file was cut, also when it has grown beyond that again", async () => {
    const { path, read } = follow("cut");
    writeFileSync(path, "a1\na2\na3\n");
    await read();
    truncateSync(path, 3);
    assert.deepEqual(await read(), ["read", "RESTART", "a1"]);
    appendFileSync(path, "a2\na3\n");
    await read();
    truncateSync(path, 3);
    appendFileSync(path, "b2\nb3\nb4\n");
    assert.deepEqual(await read(), ["read", "RESTART", "a1", "b2", "b3", "b4"]);
  });

  it("says that the file is gone, and takes up another of its name", async () => {
    const { path, read } = follow("gone");
    writeFileSync(path, "a\n");
    await read();
    renameSync(path, `${path}-elsewhere`);
    assert.deepEqual(await read(), ["gone"]);
    writeFileSync(path, "b\nc\n");
    assert.deepEqual(await read(), ["read", "RESTART", "b", "c"]);
  });

  it("a file without line ends takes no memory, and is one line that is none", async () => {
    const { path, read } = follow("endless");
    writeFileSync(path, Buffer.alloc(5 * 1024 * 1024, 0x61));
    assert.deepEqual(await read(), ["read", ""]);
    appendFileSync(path, "\nafter\n");
    assert.deepEqual(await read(), ["read", "after"]);
  });

  it("a million events are read in turns, and their curves stay small", async () => {
    const { path, tail } = follow("million");
    const text = Array.from({ length: 1_000_000 }, (_, i) => `${JSON.stringify(event(i + 1))}\n`);
    writeFileSync(path, text.join(""));
    const run = new LiveRun();
    const handlers = {
      restart: () => run.reset(),
      line: (line: string) => {
        const step = parseStepEvent(line);
        if (step !== null) run.add(step);
      },
    };
    let turns = 0;
    while ((await tail.read(handlers, 8e6)).state === "more") turns++;
    assert.ok(turns > 10);
    assert.equal(run.last?.step, 1_000_000);
    const told = JSON.stringify(run.patches());
    assert.ok(told.length < 500_000, `${told.length} characters`);
  });
});
