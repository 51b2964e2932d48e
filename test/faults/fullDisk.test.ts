// Disks that fill up at any moment: earlier runs stay whole, the record says why, and a resume gives the same bytes.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { randomInt } from "../../src/common/random.ts";
import { listRunFolders, readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { tinyMixture } from "../support/tinyWorkspace.ts";
import {
  leftIn,
  type Place,
  pinch,
  requireBuild,
  startPinch,
  tinyPlace,
  workFolder,
} from "./support/pinch.ts";
import { type SmallDisk, smallDisk } from "./support/smallDisk.ts";
import { eachTrial, trialCount } from "./support/trials.ts";

before(requireBuild);

const work = workFolder("full");
const small = smallDisk("4m");
const skip = small === null && "needs root on Linux, to mount a small disk";

const args = (place: Place, out: string) => {
  return ["run", place.mixture, "--mixture", "english", "--device", "cpu", "--out", out];
};

/** Bytes that the two runs of a sweep and its report take. */
const roomOfARun = 130_000;
const told = /the disk is full\./;
const fault = /\n\s+at .*:\d+:\d+|bug in Pinch|ENOSPC/;

function runOf(out: string, mixture: string) {
  return listRunFolders(out)
    .map(folder => ({ folder, record: readRunRecord(folder) }))
    .find(({ record }) => record.mixture === mixture);
}

function bytesOf(folder: string): Buffer[] {
  return ["adapter/adapter_model.safetensors", "samples.jsonl", "metrics.json"].map(name =>
    readFileSync(join(folder, name)),
  );
}

describe("a disk that is full", { skip }, () => {
  const disk = small as SmallDisk;
  const place = tinyPlace(join(work, "place"));
  const whole = join(work, "whole");

  before(async () => {
    const { code, errors } = await pinch(place, args(place, whole));
    assert.equal(code, 0, errors);
  });

  it("from the beginning: told, nothing left running, the runs before unharmed", async () => {
    await eachTrial("full disk", trialCount(3), async (random, trial) => {
      const out = join(disk.path, `runs-${trial}`);
      cpSync(whole, out, { recursive: true });
      const before = runOf(out, "english");
      assert.ok(before !== undefined);
      const kept = bytesOf(before.folder);
      // From no room for a folder, over one for its record, to one for all but the results.
      disk.fillUp(trial === 0 ? 0 : 60_000 + randomInt(random, roomOfARun));
      const { code, errors, output } = await pinch(place, args(place, out));
      disk.emptyAgain();
      assert.doesNotMatch(errors + output, fault);
      if (code !== 0) {
        assert.equal(code, 2, errors);
        assert.match(errors, told);
      }
      for (const folder of listRunFolders(out)) {
        const { status, error } = readRunRecord(folder);
        assert.ok(status === "done" || status === "failed", `${folder} is ${status}`);
        if (status === "failed") assert.match(error?.message ?? "", told);
      }
      assert.deepEqual(bytesOf(before.folder), kept);
      assert.deepEqual(leftIn(place.temporary), []);
      rmSync(out, { recursive: true, force: true });
    });
  });

  it("while it trains: the record says why, and a resume gives the bytes of a run that was never stopped", async () => {
    writeFileSync(place.mixture, tinyMixture({ epochs: 120 }));
    const undisturbed = join(work, "undisturbed");
    assert.equal((await pinch(place, args(place, undisturbed))).code, 0);
    const out = join(disk.path, "runs");
    const { child, ended, shown } = startPinch(place, args(place, out));
    await shown(/english s7 training/);
    process.kill(child.pid ?? 0, "SIGSTOP");
    disk.fillUp(0);
    process.kill(child.pid ?? 0, "SIGCONT");
    const { code, errors, output } = await ended;
    assert.equal(code, 2, errors);
    assert.match(errors, told);
    assert.doesNotMatch(errors + output, fault);
    const stopped = runOf(out, "english");
    assert.equal(stopped?.record.status, "failed");
    assert.match(stopped?.record.error?.message ?? "", told);
    disk.emptyAgain();
    const again = await pinch(place, [...args(place, out), "--resume"]);
    assert.equal(again.code, 0, again.errors);
    const resumed = listRunFolders(out).find(folder => {
      const { mixture, status } = readRunRecord(folder);
      return mixture === "english" && status === "done";
    });
    assert.ok(resumed !== undefined);
    assert.deepEqual(bytesOf(resumed), bytesOf(runOf(undisturbed, "english")?.folder ?? ""));
    rmSync(out, { recursive: true, force: true });
  });

  it("where temporary files go: told with the name of the setting, and nothing stays there", async () => {
    writeFileSync(place.mixture, tinyMixture());
    const temporary = join(disk.path, "tmp");
    mkdirSync(temporary);
    const out = join(work, "elsewhere");
    disk.fillUp(4096);
    const env = { ...place.env, TMPDIR: temporary };
    const { code, errors, output } = await pinch(place, args(place, out), { env });
    disk.emptyAgain();
    assert.equal(code, 2, errors);
    assert.match(errors, told);
    assert.match(errors, /TMPDIR/);
    assert.doesNotMatch(errors + output, fault);
    assert.deepEqual(leftIn(temporary), []);
    assert.equal(runOf(out, "english")?.record.status, "failed");
  });

  it("a disk that may only be read", async () => {
    const out = join(disk.path, "readonly");
    cpSync(whole, out, { recursive: true });
    disk.remount("ro");
    try {
      const run = await pinch(place, args(place, out));
      assert.notEqual(run.code, 0);
      assert.match(run.errors, /A run folder can't be created in .*readonly: its disk is read-only\./);
      const report = await pinch(place, ["report", out]);
      assert.equal(report.code, 1);
      assert.match(report.errors, /report\S* can't be written: its disk is read-only\./);
      for (const { errors, output } of [run, report]) assert.doesNotMatch(errors + output, fault);
    } finally {
      disk.remount("rw");
    }
    assert.ok(existsSync(out));
  });
});
