// The queue as data: its file, its order, its time; and the lock that keeps a second window out.
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import {
  moveEntries,
  parseQueue,
  putBack,
  type QueueEntry,
  queueText,
  removeEntries,
  type StoredQueue,
  shiftEntries,
} from "../../../src/core/live/queue.ts";
import { expectedSeconds, queueTime } from "../../../src/core/live/queueTime.ts";
import { SilenceWatch } from "../../../src/core/live/silence.ts";
import { maxRuns } from "../../../src/core/mixture/limits.ts";
import { FolderLock, type Me, staleAfterMs, thisProcess } from "../../../src/node/folderLock.ts";
import { SharedText } from "../../../src/node/sharedText.ts";
import { lossWords, queueWords, waitingWords } from "../../../src/workspace/runs/runText.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-lock-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function entry(id: string, pid: number | null = null): QueueEntry {
  return { id, file: "file:///a", mixture: id, seed: 1, resume: null, pid, stop: false, own: true };
}

function queue(...ids: readonly string[]): StoredQueue {
  return {
    version: 1,
    paused: false,
    entries: ids.map((id, i) => entry(id, i === 0 ? 12 : null)),
  };
}

const sealOf = (text: string): string => `seal of ${text}`;

const order = (of: StoredQueue): string => of.entries.map(({ id }) => id).join("");

describe("the order", () => {
  it("rows go before the one they are dropped on, to the end, and never before what runs", () => {
    const rows = queue("r", "a", "b", "c", "d");
    assert.equal(order(moveEntries(rows, ["d"], "b")), "radbc");
    assert.equal(order(moveEntries(rows, ["a", "c"], null)), "rbdac");
    assert.equal(order(moveEntries(rows, ["c", "a"], "a")), "racbd");
    assert.equal(order(moveEntries(rows, ["c"], "gone")), "rabdc");
    assert.equal(order(moveEntries(rows, ["r"], "d")), "rabcd");
  });

  it("one place up or down, together, and not beyond the ends", () => {
    const rows = queue("r", "a", "b", "c");
    assert.equal(order(shiftEntries(rows, ["b", "c"], -1)), "rbca");
    assert.equal(order(shiftEntries(rows, ["a"], -1)), "rabc");
    assert.equal(order(shiftEntries(rows, ["a", "b"], 1)), "rcab");
    assert.equal(order(shiftEntries(rows, ["c"], 1)), "rabc");
  });

  it("what was taken out comes back where it was, as far as that is still there", () => {
    const rows = queue("r", "a", "b", "c");
    const without = removeEntries(rows, ["a", "c"]);
    assert.equal(order(putBack(without, [entry("a"), entry("c")], ["r", "a", "b", "c"])), "rabc");
    assert.equal(order(putBack(queue("r"), [entry("a")], ["r", "a", "b"])), "ra");
    assert.equal(order(putBack(rows, [entry("a")], ["r", "a"])), "rabc");
  });

  it("a file is read back as it was written, and anything else is refused with why", () => {
    const rows = queue("r", "a");
    assert.deepEqual(parseQueue(queueText(rows, sealOf), sealOf), { queue: rows });
    const inputs = { text: "version: 1", data: { "en.jsonl": "abc" } };
    const sweep = { ...rows, entries: rows.entries.map(each => ({ ...each, inputs })) };
    const text = queueText(sweep, sealOf);
    assert.equal(text.split('"text": "version: 1"').length, 2, "what runs share is written once");
    assert.deepEqual(parseQueue(text, sealOf), { queue: sweep });
    const other = parseQueue(text.replace("version: 1", "version: 1 # other"), sealOf);
    assert.ok("queue" in other && other.queue.entries.every(({ own }) => !own), "by nobody of this place");
    for (const [text, fault] of [
      ["[]", /not a JSON object/],
      ['{"version":9}', /a newer Pinch wrote it/],
      ['{"version":1,"paused":1,"entries":[]}', /lacks fields/],
      [JSON.stringify({ ...rows, entries: [entry("a"), entry("a")] }), /same id/],
    ] as const) {
      const parsed = parseQueue(text, sealOf);
      assert.match("fault" in parsed ? parsed.fault : "", fault);
    }
  });
});

describe("a folder that is a stranger's", { skip: process.platform === "win32" }, () => {
  it("a lock that is a link to a device keeps nobody waiting", () => {
    const path = join(folder, "device", "running.json");
    mkdirSync(dirname(path));
    symlinkSync("/dev/zero", path);
    const lock = new FolderLock(path);
    assert.equal(lock.other()?.token, "", "somebody's, until it has stood still for long enough");
    assert.equal(lock.take(), false);
  });

  it("a folder that leads elsewhere is neither read nor written", async () => {
    const outside = join(folder, "outside");
    const workspace = join(folder, "workspace");
    mkdirSync(outside);
    mkdirSync(workspace);
    symlinkSync(outside, join(workspace, ".pinch"));
    const text = new SharedText(join(workspace, ".pinch", "queue.json"), workspace);
    await assert.rejects(text.read(), /leads out of .*workspace/);
    await assert.rejects(
      text.change(() => "x"),
      /leads out of/,
    );
    assert.deepEqual(readdirSync(outside), []);
    text.dispose();
  });
});

describe("the time left", () => {
  const past = [
    { file: "file:///a", mixture: "pinch", seconds: 60 },
    { file: "file:///a", mixture: "english", seconds: 40 },
    { file: "file:///a", mixture: "pinch", seconds: 10 },
    { file: "file:///a", mixture: "base", seconds: 5 },
    { file: "file:///b", mixture: "pinch", seconds: 900 },
  ];
  const of = (mixture: string, file = "file:///a") => expectedSeconds({ mixture, file }, past);

  it("is that of the newest same run, else the mean of the file's, else not told", () => {
    assert.equal(of("pinch"), 60);
    assert.equal(of("base"), 5);
    assert.equal(of("new"), (60 + 40 + 10) / 3);
    assert.equal(of("new", "file:///c"), null);
    assert.equal(of("base", "file:///b"), null);
  });

  it("of all is the sum, at least, where some can't be told", () => {
    const waiting = [entry("pinch"), { ...entry("x"), file: "file:///c" }];
    assert.deepEqual({ ...queueTime(waiting, past, 7), each: null }, { each: null, total: 67, whole: false });
    assert.equal(queueTime([entry("pinch")], past, 7).whole, true);
    assert.equal(queueTime([entry("pinch")], past, null).whole, false);
    assert.equal(queueTime([entry("x")], []).total, null);
    const words = queueWords(2, false, queueTime(waiting, past, 7));
    assert.equal(words, "2 waiting, at least 1 min 7 s left");
    assert.equal(waitingWords(2, 80, false), "waits, place 2, takes about 1 min 20 s");
    assert.equal(waitingWords(1, undefined, true), "paused");
  });

  it("deleting says what is lost", () => {
    assert.equal(
      lossWords([["adapter", "samples.jsonl", "metrics.json", "run.json"]]),
      "The adapter, the samples and the scores are permanently lost.",
    );
    assert.equal(lossWords([["run.json"]]), "What is in it is permanently lost.");
    assert.match(lossWords([["comparison.json", "ratings-ada.jsonl"]]), /verdicts and ratings by hand are/);
  });
});

describe("a watch over a runtime", () => {
  const watching = (messages: (second: number) => number, seconds: number) => {
    const watch = new SilenceWatch(0);
    for (let second = 1; second <= seconds; second++) {
      const found = watch.look(second, messages(second));
      if (found !== null) return { ...found, at: second };
    }
    return null;
  };

  it("is patient with long steps, and calls a silence ten times the longest pause a hang", () => {
    assert.equal(
      watching(second => Math.floor(second / 200), 10_000),
      null,
    );
    const hang = watching(second => Math.min(3, Math.floor(second / 200)), 10_000);
    assert.deepEqual([hang?.kind, hang?.at], ["silent", 600 + 2_000]);
    assert.equal(watching(() => 0, 10_000)?.at, 900);
  });

  it("knows a flood from a fast run", () => {
    assert.equal(
      watching(second => 1_500 * second, 100),
      null,
    );
    assert.equal(watching(second => 10_000 * second, 100)?.kind, "flood");
  });

  it("a machine that slept has nobody to blame", () => {
    const watch = new SilenceWatch(0);
    assert.equal(watch.look(1, 1), null);
    assert.equal(watch.look(50_000, 1), null);
    assert.equal(watch.look(50_001, 2), null);
  });
});

describe("the lock of a folder", () => {
  const process = (pid: number, more: Partial<Me> = {}): Me => ({
    ...thisProcess(),
    pid,
    isAlive: () => true,
    ...more,
  });

  it("is one window's, which tells the others what it does, and another's afterwards", () => {
    const path = join(folder, "one", "running.json");
    const first = new FolderLock(path, process(1));
    const second = new FolderLock(path, process(2));
    assert.equal(first.take("begin"), true);
    assert.equal(second.take(), false);
    assert.equal(first.beat("half"), true);
    assert.deepEqual([second.other()?.pid, second.other()?.state, first.other()], [1, "half", null]);
    first.release();
    assert.equal(second.other(), null);
    assert.equal(second.take(), true);
    assert.equal(first.beat("late"), false);
    first.release();
    assert.equal(second.held && readFileSync(path, "utf8").includes('"pid": 2'), true);
  });

  it("of a dead process, or of a silent window on another machine, is taken over; that one notices", () => {
    const path = join(folder, "stale", "running.json");
    let now = 0;
    const away = new FolderLock(path, process(1, { host: "elsewhere" }));
    const here = new FolderLock(path, process(2, { isAlive: () => false, now: () => now }));
    away.take();
    assert.equal(here.take(), false, "processes of other machines are not looked up");
    now += staleAfterMs - 1;
    assert.equal(here.take(), false);
    away.beat(null);
    now += staleAfterMs - 1;
    assert.equal(here.take(), false, "it beat");
    now += staleAfterMs;
    assert.equal(here.take(), true);
    assert.equal(away.beat(null), false);
    const dead = new FolderLock(path, process(3, { isAlive: () => false }));
    assert.equal(dead.take(), true);
  });

  it("that can't be read is respected until it has stood still for long enough", () => {
    const path = join(folder, "broken.json");
    writeFileSync(path, "{ half");
    let now = 0;
    const lock = new FolderLock(path, process(2, { now: () => now }));
    assert.equal(lock.take(), false);
    now += staleAfterMs;
    assert.equal(lock.take(), true);
  });
});

describe("a text that several windows change", () => {
  it("loses no change", async () => {
    const path = join(folder, "shared", "count.txt");
    const windows = Array.from({ length: 4 }, () => new SharedText(path));
    const add = (text: string | null) => String(Number(text ?? "0") + 1);
    await Promise.all(Array.from({ length: 40 }, (_, i) => windows[i % 4]?.change(add)));
    assert.equal(readFileSync(path, "utf8"), "40");
    for (const window of windows) window.dispose();
  });
});

it("a queue of as many runs as one file may have is read back", async () => {
  const path = join(folder, "long", "queue.json");
  const runs = Array.from({ length: maxRuns }, (_, i) => ({
    ...entry(`${i}-${"0".repeat(32)}`),
    file: `file:///${"a".repeat(240)}`,
  }));
  const seal = () => "0".repeat(64);
  const text = new SharedText(path);
  await text.change(() => queueText({ version: 1, paused: false, entries: runs }, seal));
  const parsed = parseQueue((await text.read()) ?? "", seal);
  text.dispose();
  assert.equal("queue" in parsed && parsed.queue.entries.length, maxRuns);
});
