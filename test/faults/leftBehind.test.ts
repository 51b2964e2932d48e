// What stays outside of the run folders: nothing, after runs that end well, are cancelled or killed.
import assert from "node:assert/strict";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { listRunFolders } from "../../src/runtime/files/runFolder.ts";
import { tinyMixture } from "../support/tinyWorkspace.ts";
import { leftIn, pinch, requireBuild, startPinch, tinyPlace, workFolder } from "./support/pinch.ts";
import { eachTrial, trialCount } from "./support/trials.ts";

before(requireBuild);

const work = workFolder("left");
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter(entry => entry.isFile())
    .map(entry => entry.name);
}

test("every command leaves temporary and cache folders as they were", async () => {
  const place = tinyPlace(join(work, "commands"));
  const home = join(place.folder, "home");
  const run = ["run", place.mixture, "--mixture", "english", "--device", "cpu"];
  assert.equal((await pinch(place, run)).code, 0);
  // Made once: what results that were made here are told by.
  const kept = filesIn(home);
  assert.deepEqual(kept, ["installation.key"]);
  const folder = listRunFolders(place.runs).find(path => path.includes("english")) ?? "";
  const commands = [
    ["plan", place.mixture, "--device", "cpu"],
    ["eval", folder, "--samples"],
    ["compare", folder, "--baseline", listRunFolders(place.runs).find(path => path.includes("base")) ?? ""],
    ["export", folder, "--out", join(work, "exported")],
  ];
  await eachTrial(
    "commands",
    Math.max(commands.length, trialCount(commands.length)),
    async (_random, trial) => {
      const words = commands[trial % commands.length] ?? [];
      const ended = await pinch(
        place,
        words[0] === "export" ? [...words.slice(0, -1), join(work, `exported-${trial}`)] : words,
      );
      assert.equal(ended.code, 0, `${words.join(" ")}\n${ended.errors}`);
      assert.deepEqual(leftIn(place.temporary), [], words.join(" "));
      assert.deepEqual(filesIn(home), kept, words.join(" "));
    },
  );
});

test("a killed run's graphs are gone after the next run", async () => {
  const place = tinyPlace(join(work, "killed"));
  writeFileSync(place.mixture, tinyMixture({ epochs: 400 }));
  const run = ["run", place.mixture, "--mixture", "english", "--device", "cpu"];
  const { child, ended, shown } = startPinch(place, run, { detached: true });
  await shown(/english s7 training/);
  process.kill(-(child.pid ?? 0), "SIGKILL");
  await ended;
  const left = readdirSync(place.temporary);
  assert.ok(left.length > 0, "a killed process can't clean up");
  const longAgo = new Date(Date.now() - 600_000);
  for (const name of left) utimesSync(join(place.temporary, name, "owner.pid"), longAgo, longAgo);
  writeFileSync(place.mixture, tinyMixture());
  assert.equal((await pinch(place, run)).code, 0);
  assert.deepEqual(leftIn(place.temporary), []);
});
