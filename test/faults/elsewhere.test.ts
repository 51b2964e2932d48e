// A run in another container, or on another machine over a shared folder: whoever sees it from outside leaves it alone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { listRunFolders, readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { tinyMixture } from "../support/tinyWorkspace.ts";
import { builtCli, pinch, requireBuild, start, tinyPlace, workFolder } from "./support/pinch.ts";

/** Process ids of its own, as a container has them. */
const isolated = ["-p", "-f", "--mount-proc", "--kill-child=KILL"];
const canIsolate =
  process.platform === "linux" &&
  spawnSync("unshare", [...isolated, "true"], { timeout: 5_000 }).status === 0;
const skip = !canIsolate && "namespaces of process ids can't be made here";

before(requireBuild);

function sharedFolder(name: string, epochs: number) {
  const place = tinyPlace(workFolder(name));
  writeFileSync(place.mixture, tinyMixture({ epochs }));
  const words = ["run", place.mixture, "--mixture", "pinch", "--out", place.runs];
  const inside = start("unshare", [...isolated, process.execPath, builtCli, ...words], {
    cwd: place.folder,
    env: place.env,
  });
  const folderOf = (): string =>
    listRunFolders(place.runs).find(folder => readRunRecord(folder).mixture === "pinch") ?? "";
  /** The training is under way. */
  const trains = async (): Promise<string> => {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, 200));
      assert.equal(inside.child.exitCode, null, "it ended before it was looked at");
      const folder = readdirSync(place.folder).includes(".pinch") ? folderOf() : "";
      if (folder !== "" && readdirSync(folder).includes("events.jsonl")) return folder;
    }
  };
  return { place, words, inside, trains };
}

test("seen from outside, a run that lives is neither marked nor taken over, and what it says at its end holds", {
  skip,
}, async () => {
  // Long enough that it still trains when two commands have looked at it, on a busy machine too.
  const { place, words, inside, trains } = sharedFolder("namespace", 2500);
  const folder = await trains();
  const before_ = readFileSync(join(folder, "run.json"), "utf8");
  await pinch(place, ["report", place.runs]);
  const resumed = await pinch(place, [...words, "--resume"]);
  assert.match(resumed.errors, /is being written by process \d+/);
  assert.equal(readFileSync(join(folder, "run.json"), "utf8"), before_);
  assert.equal(readRunRecord(folder).status, "running");
  const { code, errors } = await inside.ended;
  assert.equal(code, 0, errors);
  assert.equal(readRunRecord(folder).status, "done");
  const again = await pinch(place, [...words, "--reuse"]);
  assert.equal(again.code, 0, again.errors);
  assert.match(again.errors, new RegExp(`pinch s7 done .*${folder.slice(-12)}`));
});

test("a run that was killed elsewhere is watched for its signs of life before its work is begun anew", {
  skip:
    skip ||
    (process.env.PINCH_FAULTS_TRIALS === undefined && "it takes half a minute: set PINCH_FAULTS_TRIALS"),
}, async () => {
  const { place, words, inside, trains } = sharedFolder("killed", 60);
  await trains();
  inside.child.kill("SIGKILL");
  await inside.ended;
  const resumed = await pinch(place, [...words, "--resume"]);
  assert.equal(resumed.code, 0, resumed.errors);
  assert.match(
    resumed.errors,
    /was left by process \d+ on .*, or is still written by it: watching it for 30 s/,
  );
  assert.doesNotMatch(resumed.errors, /is being written by/);
});
