// Files of a run: atomic writes, JSON Lines after a crash, folder names, and how runs end.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { writeAtomicallyWith, writeFileAtomically } from "../../../src/node/atomicWrite.ts";
import { JsonLinesWriter, readNumberedLines, wholeLines } from "../../../src/node/jsonLines.ts";
import { processStart } from "../../../src/node/processes.ts";
import { removeAbandoned, removeUnfinished, temporaryPath } from "../../../src/node/temporaryFiles.ts";
import { findEqualRun, readRunSummary, readSamples } from "../../../src/runtime/files/readRun.ts";
import { writeResults } from "../../../src/runtime/files/results.ts";
import {
  createRunFolder,
  endRun,
  isDead,
  listRunFolders,
  type NewRun,
  readRunRecord,
  readSettledRun,
  writeRunRecord,
} from "../../../src/runtime/files/runFolder.ts";
import { canonicalJson, fileNameOf, runFolderName, runHash } from "../../../src/runtime/files/runName.ts";
import { madeUpSample } from "../judge/madeUpRuns.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

test("an atomic write replaces the file, and a failing one leaves it as it was", () => {
  const folder = temporaryFolder();
  const path = join(folder, "deep", "a.json");
  writeFileAtomically(path, "one");
  writeFileAtomically(path, "two ✓");
  assert.equal(readFileSync(path, "utf8"), "two ✓");
  assert.throws(
    () =>
      writeAtomicallyWith(path, () => {
        assert.equal(readFileSync(path, "utf8"), "two ✓", "nothing is visible before the rename");
        throw new Error("disk full");
      }),
    /disk full/,
  );
  assert.equal(readFileSync(path, "utf8"), "two ✓");
  assert.deepEqual(readdirSync(join(folder, "deep")), ["a.json"]);
});

test("JSON Lines: appended lines are read back, a half line at the end is not", () => {
  const path = join(temporaryFolder(), "events.jsonl");
  const writer = new JsonLinesWriter(path);
  writer.append({ step: 1, text: "a\nb" });
  const read = (): unknown[] =>
    wholeLines(readFileSync(path, "utf8")).map(({ text }): unknown => JSON.parse(text));
  assert.deepEqual(read(), [{ step: 1, text: "a\nb" }]);
  writer.append({ step: 2 });
  writer.close();
  appendFileSync(path, '{"step": 3, "lo');
  assert.deepEqual(
    read().map(line => (line as { step: number }).step),
    [1, 2],
  );
  const again = new JsonLinesWriter(path);
  again.append({ step: 3 });
  again.close();
  assert.deepEqual(
    read().map(line => (line as { step: number }).step),
    [1, 2, 3],
  );
  assert.throws(() => again.append({}), /closed/);
});

test("JSON Lines written in one go: CRLF, blank lines and a missing last line feed are accepted, a broken line is named", () => {
  const path = join(temporaryFolder(), "x.jsonl");
  writeFileSync(path, '{"a":1}\r\n\r\n{"a":2}');
  assert.deepEqual(readNumberedLines(path), [
    { line: 1, value: { a: 1 } },
    { line: 3, value: { a: 2 } },
  ]);
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  for (const broken of ['{"a":1}\n{"a":\n{"a":2}\n', '{"a":1}\n{"a":', `{"a":1}\n{"a":${deep}}\n`]) {
    writeFileSync(path, broken);
    assert.throws(
      () => readNumberedLines(path),
      (error: unknown) => error instanceof HumanError && error.message.includes(`${path}:2:`),
    );
  }
});

test("mixture names become file names that Windows accepts", () => {
  assert.equal(fileNameOf("pinch"), "pinch");
  assert.equal(fileNameOf("curve@1%"), "curve@1pct");
  assert.equal(fileNameOf('a/b\\c:d*e?"f"<g>|h'), "a-b-c-d-e-f-g-h");
  assert.equal(fileNameOf("Nul"), "_Nul");
  assert.equal(fileNameOf("con.txt"), "_con.txt");
  assert.equal(fileNameOf("конец. "), "конец");
  assert.equal(fileNameOf("../.."), "mixture");
  assert.equal(fileNameOf("..."), "mixture");
});

const run: NewRun = {
  mixture: "pinch@1%",
  seed: 7,
  configuration: {
    file: "/a/b.mixture.yaml",
    model: "pinch/starter",
    budget: 10,
    form: { kind: "monolingual", language: "en" },
    train: null,
    evaluate: { languages: "all", maxNewTokens: 16, metrics: ["language"], temperature: 0, topP: 1 },
  },
  counts: { en: 10 },
  lock: {
    model: "abc",
    data: { "/a/en.jsonl": "d1", "/a/fi.jsonl": "d2" },
    examples: ["en/1", "en/2"],
    versions: { pinch: "0.1.0" },
    device: "cpu",
  },
};

test("the hash depends on what decides the result, not on key order or on where files lie", () => {
  assert.equal(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] }), '{"a":[{"c":2,"d":1}],"b":1}');
  const hash = runHash(run);
  assert.match(hash, /^[0-9a-f]{8}$/);
  const { lock } = run;
  assert.ok(lock);
  const moved = {
    ...run,
    configuration: { ...run.configuration, file: "C:\\x.yaml" },
    lock: { ...lock, data: { "C:\\fi.jsonl": "d2", "C:\\en.jsonl": "d1" } },
  };
  assert.equal(runHash(moved), hash);
  assert.notEqual(runHash({ ...run, seed: 8 }), hash);
  assert.notEqual(runHash({ ...run, lock: { ...lock, examples: ["en/2", "en/1"] } }), hash);
  assert.notEqual(runHash({ ...run, lock: { ...lock, device: "webgpu" } }), hash);
  assert.notEqual(runHash({ ...run, configuration: { ...run.configuration, budget: 11 } }), hash);
  assert.equal(runFolderName(run), `pinch@1pct-s7-${hash}`);
});

test("an equal run gets a folder of its own, and only a finished one is found again", () => {
  const out = join(temporaryFolder(), "runs");
  const first = createRunFolder(out, run);
  const second = createRunFolder(out, run);
  const equalRun = (of: NewRun) => findEqualRun(out, of, message => assert.fail(message));
  assert.equal(second.folder, `${first.folder}-2`);
  assert.deepEqual(listRunFolders(out), [first.folder, second.folder]);
  assert.equal(equalRun(run), null);
  endRun(second.folder, { status: "done" });
  assert.equal(equalRun(run), null, "not evaluated yet");
  writeFileSync(join(second.folder, "metrics.json"), '{"version":1,"languages":{}}');
  assert.equal(equalRun(run), second.folder);
  assert.equal(equalRun({ ...run, seed: 8 }), null);
});

test("Git ignores a new .pinch folder, and no other folder, and only until someone decides otherwise", () => {
  const folder = temporaryFolder();
  const ignored = join(folder, ".pinch", ".gitignore");
  createRunFolder(join(folder, "runs"), run);
  assert.ok(!existsSync(join(folder, ".gitignore")));
  createRunFolder(join(folder, ".pinch", "runs"), run);
  assert.match(readFileSync(ignored, "utf8"), /^\*$/m);
  rmSync(ignored);
  createRunFolder(join(folder, ".pinch", "runs"), run);
  assert.ok(!existsSync(ignored));

  const own = temporaryFolder();
  mkdirSync(join(own, ".pinch"));
  writeFileSync(join(own, ".pinch", ".gitignore"), "runs/*/checkpoint\n");
  createRunFolder(join(own, ".pinch", "runs"), run);
  assert.equal(readFileSync(join(own, ".pinch", ".gitignore"), "utf8"), "runs/*/checkpoint\n");
});

test("a run ends once: what it says first stays", () => {
  const { folder, record } = createRunFolder(temporaryFolder(), run);
  assert.equal(record.status, "running");
  assert.equal(isDead(record), false, "this very process writes it");
  const error = { message: "m", remedy: "r" };
  endRun(folder, { status: "failed", error, timings: { train: 1, evaluate: 0 } });
  endRun(folder, { status: "cancelled" });
  const read = readRunRecord(folder);
  assert.equal(read.status, "failed");
  assert.deepEqual(read.error, error);
  assert.deepEqual(read.timings, { train: 1, evaluate: 0 });
  assert.ok(read.ended !== null && read.ended >= read.started);
});

test("a run whose process is gone is shown as failed, and its folder left as it is", () => {
  const { folder, record } = createRunFolder(temporaryFolder(), run);
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  writeRunRecord(folder, { ...record, pid: gone });
  const before = readFileSync(join(folder, "run.json"), "utf8");
  assert.equal(isDead(readRunRecord(folder)), true);
  const settled = readSettledRun(folder);
  assert.equal(settled.status, "failed");
  assert.match(settled.error?.message ?? "", /killed/);
  assert.equal(readRunSummary(folder).record.status, "failed");
  assert.equal(readFileSync(join(folder, "run.json"), "utf8"), before);
});

test("a folder that is no run is refused with its path", () => {
  const folder = temporaryFolder();
  assert.throws(() => readRunRecord(folder), HumanError);
  writeFileSync(join(folder, "run.json"), '{"version":2}');
  assert.throws(() => readRunRecord(folder), /version 2/);
  writeFileSync(join(folder, "run.json"), '{"version":1,"status":"lost"}');
  assert.throws(() => readRunRecord(folder), /its status \(line 1\) is not one of running/);
  assert.equal(existsSync(join(folder, "run.json")), true);
  assert.deepEqual(listRunFolders(join(folder, "nowhere")), []);
});

test("what a killed process left half written is removed by the next that writes there, and no one else's", () => {
  const folder = temporaryFolder();
  const own = temporaryPath(join(folder, "model"));
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  const dead = own.replace(`-${process.pid}-`, `-${gone}-`);
  const reused = own.replace(/-[0-9a-f]{8}(-[0-9a-f]{8})$/, "-00000000$1"); // of a process that started at another time
  const elsewhere = own.replace(/tmp-[0-9a-f]{8}/, "tmp-00000000");
  const older = join(folder, ".model.pinch-tmp-0a1b2c3d");
  const all = [own, dead, reused, elsewhere, older];
  for (const path of all) mkdirSync(path);
  removeAbandoned(folder);
  const known = processStart(process.pid) !== null;
  assert.deepEqual(all.map(existsSync), [true, false, !known, true, true]);
  removeUnfinished(folder);
  assert.deepEqual(readdirSync(folder), []);
});

test("a temporary name is no longer than a name may be", () => {
  const name = basename(temporaryPath(join("x", "ក".repeat(85))));
  assert.ok(Buffer.byteLength(name) <= 255, `${Buffer.byteLength(name)}`);
});

test("a run of a million examples and of tens of megabytes of responses is read as any other", () => {
  const examples = Array.from({ length: 1_200_000 }, (_, i) => `en/translated-row-${i}`);
  const lock = { ...(run.lock ?? assert.fail("it has none")), examples };
  const { folder } = createRunFolder(temporaryFolder(), { ...run, lock });
  assert.ok(statSync(join(folder, "run.json")).size > 36e6);
  const sample = madeUpSample("en", 1, { response: "word ".repeat(8_000) });
  const samples = Array.from({ length: 1_000 }, (_, i) => ({ ...sample, id: String(i) }));
  writeResults(folder, samples);
  assert.ok(statSync(join(folder, "samples.jsonl")).size > 36e6);
  endRun(folder, { status: "done" });
  assert.equal(readRunSummary(folder).record.lock?.examples.length, examples.length);
  assert.equal(readSamples(folder).length, 1_000);
});
