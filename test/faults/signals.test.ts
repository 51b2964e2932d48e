// Signals at any moment, and terminals that close: nothing is lost, the exit code says what happened.
import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { listRunFolders, readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { tinyMixture } from "../support/tinyWorkspace.ts";
import {
  builtCli,
  type Place,
  pinch,
  requireBuild,
  start,
  startPinch,
  tinyPlace,
  workFolder,
} from "./support/pinch.ts";

before(requireBuild);

const work = workFolder("signals");
const skip = process.platform === "win32" && "Windows ends processes without asking them";

/** One whose training is long enough to be met by a signal at any step. */
function longPlace(name: string): Place {
  const place = tinyPlace(join(work, name));
  writeFileSync(place.mixture, tinyMixture({ epochs: 400 }));
  return place;
}

const run = (place: Place) => ["run", place.mixture, "--mixture", "english", "--device", "cpu"];
const training = /english s7 training/;

function recordOf(place: Place, mixture = "english") {
  const record = listRunFolders(place.runs)
    .map(folder => ({ folder, ...readRunRecord(folder) }))
    .find(one => one.mixture === mixture);
  assert.ok(record !== undefined, `no run of ${mixture}`);
  return record;
}

/** Stopped with its state on the disk, to go on from. */
function assertKept(place: Place): void {
  const { folder, status } = recordOf(place);
  assert.equal(status, "cancelled");
  const events = readFileSync(join(folder, "events.jsonl"), "utf8");
  assert.ok(events.endsWith("\n"));
  assert.ok(existsSync(join(folder, "checkpoint", "state.safetensors")), "the last whole step is kept");
}

function runtimeOf({ pid }: ChildProcess): number {
  const processes = spawnSync("ps", ["-A", "-o", "ppid=,pid=,args="], { encoding: "utf8" }).stdout;
  const line = processes
    .split("\n")
    .map(text => text.trim().split(/\s+/))
    .find(([parent, _, ...words]) => parent === String(pid) && words.join(" ").includes("runtime.js"));
  assert.ok(line !== undefined, processes);
  return Number(line[1]);
}

describe("a run that is stopped says so and can go on", { skip }, () => {
  it("SIGTERM to the command", async () => {
    const place = longPlace("term");
    const { child, ended, shown } = startPinch(place, run(place));
    await shown(training);
    child.kill("SIGTERM");
    assert.equal((await ended).code, 143);
    assertKept(place);
  });

  it("SIGINT to the whole group, as a terminal sends it", async () => {
    const place = longPlace("int");
    const { child, ended, shown } = startPinch(place, run(place), { detached: true });
    await shown(training);
    process.kill(-(child.pid ?? 0), "SIGINT");
    assert.equal((await ended).code, 130);
    assertKept(place);
  });

  it("SIGTERM to the process that trains, as from a watcher of memory, is no success", async () => {
    const place = longPlace("runtime");
    const { child, ended, shown } = startPinch(place, run(place));
    await shown(training);
    process.kill(runtimeOf(child), "SIGTERM");
    const { code, errors } = await ended;
    assert.equal(code, 2);
    assert.match(errors, /english s7 cancelled.*\n.*ended \(SIGTERM\): it was asked to stop.* resume/);
    assertKept(place);
  });

  it("a crash of native code is not called a lack of memory", async () => {
    const place = longPlace("crash");
    const { child, ended, shown } = startPinch(place, run(place));
    await shown(training);
    process.kill(runtimeOf(child), "SIGSEGV");
    const { code, errors } = await ended;
    assert.equal(code, 2);
    assert.match(errors, /\(signal SIGSEGV\): native code crashed\./);
    assert.doesNotMatch(errors, /memory/);
    const { folder, error } = recordOf(place);
    assert.match(error?.message ?? "", /native code crashed/, "the run's record says it too");
    assert.deepEqual(
      readdirSync(folder).filter(name => name.includes("pinch-tmp")),
      [],
    );
  });
});

describe("a terminal that closes", { skip }, () => {
  it("ends nothing that has none, as under nohup", async () => {
    const place = tinyPlace(join(work, "hangup"));
    writeFileSync(place.mixture, tinyMixture({ epochs: 20 }));
    const { child, ended, shown } = startPinch(place, run(place), { detached: true });
    await shown(training);
    process.kill(-(child.pid ?? 0), "SIGHUP");
    const { code, errors } = await ended;
    assert.equal(code, 0, errors);
    assert.match(errors, /The terminal was closed; the work continues\./);
    assert.equal(recordOf(place).status, "done");
  });

  const hasScript = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;
  it("cancels what was watched in it, with its checkpoint", {
    skip: !hasScript && "no `script`",
  }, async () => {
    const place = longPlace("terminal");
    const code = join(place.folder, "code");
    const line = [process.execPath, builtCli, ...run(place)].map(word => `'${word}'`).join(" ");
    // The shell outlives the hangup to note the exit code.
    const inside = join(place.folder, "inside.sh");
    writeFileSync(inside, `trap '' HUP; (trap - HUP; exec ${line}); echo $? > '${code}'\n`);
    const log = join(place.folder, "typescript");
    const { child } = start("script", ["-qfec", `sh '${inside}'`, log], {
      cwd: place.folder,
      env: { ...place.env, SHELL: "/bin/sh" },
    });
    await until(() => existsSync(log) && /training/.test(readFileSync(log, "utf8")) && hasSteps(place));
    child.kill("SIGKILL"); // the terminal is gone
    await until(() => existsSync(code) && readFileSync(code, "utf8") !== "");
    assert.equal(readFileSync(code, "utf8").trim(), "129");
    assertKept(place);
  });
});

function hasSteps(place: Place): boolean {
  return listRunFolders(place.runs).some(folder => existsSync(join(folder, "events.jsonl")));
}

/** Waits as long as it takes: the runner's own limit ends a test that hangs. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 50));
}

/** Answers and scores only: what streams do has nothing to do with training. */
const runBase = (place: Place) => ["run", place.mixture, "--mixture", "base", "--device", "cpu"];

describe("a closed or full stream", { skip }, () => {
  it("a reader that goes away does not end the run", async () => {
    const place = tinyPlace(join(work, "reader"));
    const { child, ended } = startPinch(place, [...runBase(place), "--json"]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { code, errors } = await ended;
    assert.equal(code, 0, errors);
    assert.match(
      errors,
      /Standard output can't be written: the program that was reading it has closed\. The work continues/,
    );
    assert.equal(recordOf(place, "base").status, "done");
  });

  it("nor does standard error that closes", async () => {
    const place = tinyPlace(join(work, "errors"));
    const { child, ended } = startPinch(place, runBase(place));
    child.stderr?.once("data", () => child.stderr?.destroy());
    const { code, output } = await ended;
    assert.equal(code, 0);
    assert.match(output, /report\.html/);
    assert.equal(recordOf(place, "base").status, "done");
  });

  const noFull = !existsSync("/dev/full") && "no /dev/full";
  for (const stream of ["1", "2"]) {
    it(`a full disk behind stream ${stream} is told where it can be, and the runs are done`, {
      skip: noFull,
    }, async () => {
      const place = tinyPlace(join(work, `full-${stream}`));
      const words = [process.execPath, builtCli, ...runBase(place)].map(word => `'${word}'`).join(" ");
      const { code, errors } = await start("sh", ["-c", `${words} ${stream}>/dev/full`], {
        cwd: place.folder,
        env: place.env,
      }).ended;
      assert.equal(recordOf(place, "base").status, "done");
      // Progress is for eyes; output that is cut off must not pass for the whole.
      assert.equal(code, stream === "1" ? 2 : 0);
      if (stream === "1") assert.match(errors, /Standard output can't be written: the disk is full\./);
    });
  }

  it("what only prints ends well when its reader has read enough", async () => {
    const place = tinyPlace(join(work, "head"));
    const words = [process.execPath, builtCli, "--help"].map(word => `'${word}'`).join(" ");
    const { code, errors } = await start("sh", ["-c", `${words} | true`], { env: place.env }).ended;
    assert.equal(code, 0);
    assert.equal(errors, "");
  });

  it("no terminal, no streams at all", async () => {
    const place = tinyPlace(join(work, "none"));
    const { code } = await pinch(place, runBase(place), { stdio: "ignore", detached: true });
    assert.equal(code, 0);
    assert.equal(recordOf(place, "base").status, "done");
  });
});
