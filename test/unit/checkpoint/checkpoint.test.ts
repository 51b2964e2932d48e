// Parts of resuming that need no training: when a checkpoint is written, what is taken back, what is left behind.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import {
  checkpointPath,
  readCheckpoint,
  readState,
  writeCheckpoint,
} from "../../../src/runtime/checkpoint/checkpoint.ts";
import { CheckpointKeeper, keepLastSteps } from "../../../src/runtime/checkpoint/checkpointKeeper.ts";
import { trimEvents } from "../../../src/runtime/checkpoint/trimEvents.ts";
import { writeSafetensors } from "../../../src/runtime/model/safetensors.ts";
import { claimFolder, removeStaleFolders } from "../../../src/runtime/ort/staleFolders.ts";
import { Parameters } from "../../../src/runtime/train/parameters.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const parameters = new Parameters([
  { name: "norm", shape: [2] },
  { name: "matrix", shape: [2, 3] },
]);
const filled = (from: number) => Float32Array.from({ length: parameters.size }, (_, i) => from + i);
const stateOf = (step: number) => ({ values: filled(0), mean: filled(100), square: filled(200), step });

test("a checkpoint gives back the state, by parameter, and the place in the data", () => {
  const folder = temporaryFolder();
  assert.equal(readCheckpoint(folder), null);
  const place = { step: 5, steps: 8, epoch: 1, batch: 1, identity: "abc" };
  writeCheckpoint(folder, parameters.slots, stateOf(5), place);
  const stored = readCheckpoint(folder);
  assert.ok(stored !== null);
  const { file, ...read } = stored;
  assert.deepEqual(read, place);
  assert.deepEqual(file.entries.get("mean/matrix")?.shape, [2, 3]);
  assert.deepEqual(readState(stored, parameters.slots, parameters.size), stateOf(5));
  const other = new Parameters([{ name: "matrix", shape: [3, 3] }]);
  assert.throws(() => readState(stored, other.slots, other.size), /no values\/matrix of shape \[3, 3\]/);
  assert.throws(() => writeCheckpoint(folder, parameters.slots, stateOf(4), place), /4 steps, the run 5/);
});

test("a checkpoint of another form says whether Pinch is to be updated, and is left as it is", () => {
  for (const [form, message, remedy] of [
    ["1", /was written by an older version of Pinch/, /start a new run/],
    ["9", /was written by a newer version of Pinch/, /^Update Pinch/],
  ] as const) {
    const folder = temporaryFolder();
    const path = checkpointPath(folder);
    mkdirSync(join(path, ".."), { recursive: true });
    const data = new Float32Array(2);
    writeSafetensors(path, [{ name: "values/norm", dtype: "F32", shape: [2], data }], { checkpoint: form });
    const bytes = readFileSync(path);
    assert.throws(
      () => readCheckpoint(folder),
      (error: unknown) =>
        error instanceof HumanError && message.test(error.message) && remedy.test(error.remedy),
    );
    assert.deepEqual(readFileSync(path), bytes);
  }
});

test("checkpoints are apart by the time asked for, none is written twice or at the end, and a full disk stops nothing", async () => {
  const folder = temporaryFolder();
  let step = 0;
  const warnings: string[] = [];
  const keeperOf = (runFolder: string, seconds: number) =>
    new CheckpointKeeper({
      runFolder,
      state: { snapshot: async () => stateOf(step), held: () => null, restore: async () => undefined },
      slots: parameters.slots,
      plan: {
        epochs: [
          [[], [], []],
          [[], [], []],
        ],
        steps: 6,
      },
      identity: "abc",
      seconds,
      warn: message => warnings.push(message),
    });
  const placesAfter = async (keeper: CheckpointKeeper): Promise<(number | undefined)[][]> => {
    const places = [];
    for (step = 1; step <= 6; step++) {
      await keeper.afterStep(step);
      const stored = readCheckpoint(folder);
      places.push([stored?.step, stored?.epoch, stored?.batch]);
    }
    return places;
  };
  const never = [undefined, undefined, undefined];
  assert.deepEqual(await placesAfter(keeperOf(folder, 3600)), [never, never, never, never, never, never]);
  assert.deepEqual(await placesAfter(keeperOf(folder, 0)), [
    [1, 0, 1],
    [2, 0, 2],
    [3, 1, 0],
    [4, 1, 1],
    [5, 1, 2],
    [5, 1, 2],
  ]);
  const blocked = join(folder, "blocked");
  writeFileSync(blocked, "a file where the run folder should be");
  step = 1;
  await keeperOf(blocked, 0).afterStep(1);
  assert.match(warnings.join("\n"), /^The checkpoint of step 1 could not be written: /);
  step = 2;
  await assert.rejects(keeperOf(blocked, 0).write(2));
});

test("a step that may outlast any grace is kept when it is done, and the last whole one when the process leaves", async () => {
  const folder = temporaryFolder();
  let now = 0;
  let step = 0;
  const keeper = new CheckpointKeeper({
    runFolder: folder,
    state: { snapshot: async () => stateOf(step), held: () => stateOf(step), restore: async () => undefined },
    slots: parameters.slots,
    plan: { epochs: [[[], [], [], [], [], []]], steps: 6 },
    identity: "abc",
    warn: message => assert.fail(message),
    clock: () => now,
  });
  const stepOf = async (milliseconds: number): Promise<number | undefined> => {
    step++;
    now += milliseconds;
    await keeper.afterStep(step);
    return readCheckpoint(folder)?.step;
  };
  assert.equal(await stepOf(500), undefined);
  assert.equal(await stepOf(10_000), 2);
  assert.equal(await stepOf(10_000), 3);
  assert.equal(await stepOf(500), 3);
  step++; // the update of the next step has begun: what lies in memory is of neither
  keepLastSteps();
  assert.equal(readCheckpoint(folder)?.step, 3);
  step--;
  keepLastSteps();
  assert.equal(readCheckpoint(folder)?.step, 4);
  keeper.close();
  assert.equal(await stepOf(500), 4);
  keepLastSteps();
  assert.equal(readCheckpoint(folder)?.step, 4, "one that is closed is left alone");
});

test("steps after the checkpoint are taken back, and so is a line cut in half", () => {
  const path = join(temporaryFolder(), "events.jsonl");
  assert.equal(trimEvents(path, 3), 0);
  const lines = [1, 2, 3, 4].map(step => `${JSON.stringify({ step, tokens: 50, tokensPerSecond: 100 })}\n`);
  writeFileSync(path, `${lines.join("")}{"step":5,"tok`);
  assert.equal(trimEvents(path, Number.POSITIVE_INFINITY), 2, "seconds of the four steps");
  assert.equal(readFileSync(path, "utf8"), lines.join(""));
  assert.equal(trimEvents(path, 2), 1);
  assert.equal(readFileSync(path, "utf8"), lines.slice(0, 2).join(""));
  assert.equal(trimEvents(path, 0), 0);
  assert.equal(readFileSync(path, "utf8"), "");
});

test("graph folders of dead processes are removed, and no others", () => {
  const parent = temporaryFolder();
  const make = (name: string): string => {
    const folder = join(parent, name);
    mkdirSync(folder);
    return folder;
  };
  const [mine, dead, young, foreign, unmarked] = [
    make("pinch-mine"),
    make("pinch-dead"),
    make("pinch-young"),
    make("other-dead"),
    make("pinch-unmarked"),
  ];
  const gone = String(spawnSync(process.execPath, ["--version"]).pid);
  for (const folder of [mine, dead, young, foreign]) claimFolder(folder);
  for (const folder of [dead, young, foreign]) writeFileSync(join(folder, "owner.pid"), gone);
  const old = new Date(Date.now() - 120_000);
  for (const folder of [mine, dead, foreign]) utimesSync(join(folder, "owner.pid"), old, old);
  assert.deepEqual(removeStaleFolders(parent), [dead]);
  assert.deepEqual([mine, dead, young, foreign, unmarked].map(existsSync), [true, false, true, true, true]);
  assert.equal(existsSync(checkpointPath(parent)), false);
});
