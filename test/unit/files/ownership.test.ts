// Who writes a run folder: one process at a time, wherever it runs; whoever looks at it changes nothing.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import { sealed } from "../../../src/core/records/seal.ts";
import { FolderLock, type Me, staleAfterMs, thisProcess } from "../../../src/node/folderLock.ts";
import { startHeartbeat } from "../../../src/node/heartbeat.ts";
import { isProcessAlive, processStart } from "../../../src/node/processes.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import { whereaboutsOf } from "../../../src/node/whereabouts.ts";
import { readRunSummary } from "../../../src/runtime/files/readRun.ts";
import { claimFolder, releaseClaim } from "../../../src/runtime/files/runClaim.ts";
import {
  createRunFolder,
  endRun,
  endRunsOf,
  isDead,
  type NewRun,
  readRunRecord,
  readSettledRun,
  writeRunRecord,
} from "../../../src/runtime/files/runFolder.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const run: NewRun = {
  mixture: "english",
  seed: 7,
  configuration: {
    file: "/a.mixture.yaml",
    model: "m",
    budget: 10,
    form: null,
    train: null,
    evaluate: { languages: "all", maxNewTokens: 16, metrics: ["language"], temperature: 0, topP: 1 },
  },
  counts: {},
  lock: null,
};

const goneProcess = (): number => spawnSync(process.execPath, ["--version"]).pid;
const elsewhere = { host: "compute-7", boot: "another start", space: "pid:[1]" };

/** As a process in another place, or an older one, would have left it. */
function leave(folder: string, change: Partial<RunRecord>): RunRecord {
  const record = { ...readRunRecord(folder), ...change };
  writeFileSync(join(folder, "run.json"), JSON.stringify(sealed(record, sha256OfText)));
  return record;
}

test("a run of another container or machine is left running, whatever process has its number here", () => {
  const { folder, record } = createRunFolder(temporaryFolder(), run);
  const owner = { ...record.owner, ...elsewhere } as NonNullable<RunRecord["owner"]>;
  leave(folder, { pid: goneProcess(), owner });
  const before = readFileSync(join(folder, "run.json"), "utf8");
  assert.equal(isDead(readRunRecord(folder)), false);
  assert.equal(readSettledRun(folder).status, "running");
  assert.equal(readRunSummary(folder).record.status, "running");
  assert.equal(readFileSync(join(folder, "run.json"), "utf8"), before);
});

test("a run whose number another process has by now is dead, and so is one from another start of the machine", () => {
  const { folder, record } = createRunFolder(temporaryFolder(), run);
  assert.ok(record.owner);
  const { owner } = record;
  assert.equal(whereaboutsOf({ pid: process.pid, owner }), "alive");
  if (processStart(process.pid) !== null)
    assert.equal(whereaboutsOf({ pid: process.pid, owner: { ...owner, processStarted: "1" } }), "gone");
  assert.equal(whereaboutsOf({ pid: process.pid, owner: { ...owner, boot: "another" } }), "elsewhere");
  assert.equal(whereaboutsOf({ pid: goneProcess() }), "gone", "of an older record the number alone counts");
  releaseClaim(folder);
});

test("a process that has ended, and that nobody has asked how, is dead", {
  skip: process.platform !== "linux" && "the shell leaves such a process where /proc shows it",
}, async () => {
  // The shell becomes a program that never asks for its child.
  const shell = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 30"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [line] = (await once(shell.stdout, "data")) as [Buffer];
    const pid = Number(String(line).trim());
    for (let i = 0; i < 100 && isProcessAlive(pid); i++) await new Promise(go => setTimeout(go, 50));
    assert.match(readFileSync(`/proc/${pid}/stat`, "utf8"), /\) Z /, "it is still listed");
    assert.equal(isProcessAlive(pid), false);
  } finally {
    shell.kill();
  }
});

test("the owner's own end holds, whatever another has written there meanwhile", () => {
  const { folder } = createRunFolder(temporaryFolder(), run);
  leave(folder, { status: "failed", error: { message: "ended without a word", remedy: "" } });
  endRun(folder, { status: "done" });
  const record = readRunRecord(folder);
  assert.deepEqual([record.status, record.error], ["done", null]);
  assert.ok(!existsSync(join(folder, "claim.json")), "the folder is free again");
});

test("a folder that was taken over is not written any more", () => {
  const { folder } = createRunFolder(temporaryFolder(), run);
  const claim = join(folder, "claim.json");
  writeFileSync(claim, readFileSync(claim, "utf8").replace(/"token": ".*"/, '"token": "another"'));
  assert.throws(() => endRun(folder, { status: "done" }), /was taken over by another process/);
  assert.equal(readRunRecord(folder).status, "running");
});

test("whoever started a process closes what it left running, and nothing of others", () => {
  const out = temporaryFolder();
  const [own, other] = [createRunFolder(out, run), createRunFolder(out, { ...run, seed: 8 })];
  const pid = goneProcess();
  const ownerOf = ({ record }: typeof own) => record.owner ?? assert.fail();
  leave(own.folder, { pid, owner: { ...ownerOf(own), processStarted: "1" } });
  leave(other.folder, { pid, owner: { ...ownerOf(other), ...elsewhere } });
  assert.deepEqual(endRunsOf(pid, out, { status: "failed" }), [own.folder]);
  assert.equal(readRunRecord(own.folder).status, "failed");
  assert.equal(readRunRecord(other.folder).status, "running");
});

test("one claim for each folder: the second is told who has it", () => {
  const { folder } = createRunFolder(temporaryFolder(), run);
  assert.throws(() => claimFolder(folder), /is being written by process \d+\./);
  writeRunRecord(folder, readRunRecord(folder));
  endRun(folder, { status: "failed" });
  claimFolder(folder);
  releaseClaim(folder);
});

test("of a holder elsewhere its signs of life tell: none for half a minute and it is gone, one and it lives", () => {
  const path = join(temporaryFolder(), "claim.json");
  let now = 0;
  const me = (more: Partial<Me>): Me => ({ ...thisProcess(), now: () => now, ...more });
  const there = new FolderLock(path, me({ ...elsewhere, pid: 1 }));
  assert.ok(there.take());
  const here = new FolderLock(path, me({}));
  assert.equal(here.holder(), "unsure");
  now += staleAfterMs - 1;
  assert.equal(here.holder(), "unsure");
  utimesSync(path, new Date(5_000_000), new Date(5_000_000)); // on a clock that is years behind
  assert.equal(here.holder(), "alive");
  assert.ok(!here.take());
  now += staleAfterMs;
  assert.equal(here.holder(), "free");
  assert.ok(here.take());
  assert.equal(there.stillHeld(), false);
});

test("signs of life are given while the thread itself is busy", () => {
  const path = join(temporaryFolder(), "claim.json");
  writeFileSync(path, '{"token": "mine"}');
  const long = new Date(1_000_000);
  const waitBusily = (): boolean => {
    for (const end = Date.now() + 10_000; Date.now() < end; )
      if (statSync(path).mtimeMs !== long.getTime()) return true;
    return false;
  };
  utimesSync(path, long, long);
  const stop = startHeartbeat(path, "mine", 20);
  assert.ok(waitBusily(), "this loop gives way to nothing");
  stop();
});
