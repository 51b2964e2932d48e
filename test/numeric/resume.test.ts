// Runs that are stopped and taken up again: the same bytes as without the stop, and nothing foreign is taken for theirs.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { HumanError } from "../../src/common/errors.ts";
import type { StepEvent } from "../../src/core/records/records.ts";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import { connectToRuntime, ipcTransport } from "../../src/protocol/connection.ts";
import type { RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import { checkpointPath, readCheckpoint } from "../../src/runtime/checkpoint/checkpoint.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { readSteps } from "../../src/runtime/files/readRun.ts";
import { listRunFolders, readSettledRun } from "../../src/runtime/files/runFolder.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { tinyMixture, tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-resume-"));
after(() => rmSync(root, { recursive: true, force: true }));

const file = join(root, tinyMixtureFile);
const adapterFile = join("adapter", "adapter_model.safetensors");
// With noise and dropout, which must be the same after a stop.
const text = tinyMixture({ epochs: 2, batch: "batchTokens: 64\n  neftune: 5", lora: ", dropout: 0.1" });

function request(extra: Partial<RunRequest> = {}): RunRequest {
  const out = join(root, "runs");
  return {
    file,
    mixture: "pinch",
    seed: 7,
    out,
    device: "cpu",
    starter: "",
    start: { kind: "new" },
    ...extra,
  };
}

function context(hooks: Partial<RecipeContext> = {}): RecipeContext {
  return {
    progress: () => undefined,
    step: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
    ...hooks,
  };
}

/** A context whose run is cancelled by `stop` being called with it. */
function cancelling(when: (event: StepEvent) => boolean): RecipeContext {
  const stop = new AbortController();
  return context({ signal: stop.signal, step: event => when(event) && stop.abort() });
}

const bytes = (...path: string[]): Buffer => readFileSync(join(...path));
const recordOf = (folder: string): RunRecord => JSON.parse(bytes(folder, "run.json").toString()) as RunRecord;
const lossesOf = (folder: string) => readSteps(folder).map(({ step, loss }) => [step, loss]);

let whole: RunOutcome;
before(async () => {
  writeTinyWorkspace(root, { mixture: false });
  writeFileSync(file, text);
  whole = await run(request({ out: join(root, "whole") }), context());
  assert.equal(whole.status, "done", JSON.stringify(whole.error));
  assert.ok(readSteps(whole.folder).length >= 6, "enough steps to stop between");
  assert.ok(!existsSync(join(whole.folder, "checkpoint")), "a run that is done needs no checkpoint");
});

function assertAsWhole(folder: string): void {
  const steps = lossesOf(whole.folder);
  assert.deepEqual(lossesOf(folder), steps, "every step once, with the loss that it has without the stop");
  for (const name of [adapterFile, "samples.jsonl", "metrics.json"])
    assert.deepEqual(bytes(folder, name), bytes(whole.folder, name), name);
  assert.equal(recordOf(folder).status, "done");
  assert.ok(!existsSync(join(folder, "checkpoint")));
}

test("a cancelled run goes on where it stopped, and ends with the same bytes", async () => {
  const stopped = await run(
    request(),
    cancelling(event => event.step === 3),
  );
  assert.equal(stopped.status, "cancelled");
  assert.match(stopped.error?.remedy ?? "", /--resume/);
  const checkpoint = readCheckpoint(stopped.folder);
  const perEpoch = (readSteps(whole.folder)[0]?.steps ?? 0) / 2;
  assert.deepEqual(
    [checkpoint?.step, checkpoint?.steps, checkpoint?.epoch, checkpoint?.batch],
    [3, 2 * perEpoch, Math.floor(3 / perEpoch), 3 % perEpoch],
  );
  appendFileSync(join(stopped.folder, "events.jsonl"), '{"step":4,"lo');
  const resumed = await run(request({ start: { kind: "resume", folder: stopped.folder } }), context());
  assert.deepEqual([resumed.status, resumed.folder], ["done", stopped.folder]);
  assertAsWhole(resumed.folder);
  assert.deepEqual(
    recordOf(resumed.folder).resumed?.map(({ step, device }) => [step, device]),
    [[3, "cpu"]],
  );
  await assert.rejects(
    run(request({ start: { kind: "resume", folder: resumed.folder } }), context()),
    /has finished/,
  );
});

test("steps of so many examples go on within a pass, and end with the same bytes", async () => {
  const equal = join(root, "equal.mixture.yaml");
  writeFileSync(equal, tinyMixture({ epochs: 2, batch: "batchExamples: 5\n  lossWeight: example" }));
  const uncut = await run(request({ file: equal, out: join(root, "equal-whole") }), context());
  const steps = readSteps(uncut.folder);
  assert.deepEqual(
    steps.map(({ examples }) => examples),
    [5, 5, 5, 5, 5, 5, 5, 5, 5, 3],
  );
  const epochs = steps.map(({ epoch }) => epoch);
  assert.ok(Math.abs((epochs[4] ?? 0) - 25 / 24) < 1e-9 && epochs.at(-1) === 2, epochs.join());
  const stopped = await run(
    request({ file: equal, out: join(root, "equal") }),
    cancelling(event => event.step === 6),
  );
  const resumed = await run(
    request({ file: equal, start: { kind: "resume", folder: stopped.folder } }),
    context(),
  );
  assert.equal(resumed.status, "done");
  assert.deepEqual(lossesOf(resumed.folder), lossesOf(uncut.folder));
  for (const name of [adapterFile, "samples.jsonl", "metrics.json"])
    assert.deepEqual(bytes(resumed.folder, name), bytes(uncut.folder, name), name);
});

test("no file outside is touched through a stopped run: links in its folder are refused", {
  skip: process.platform === "win32" && "files can't be linked without a privilege",
}, async () => {
  const stopped = await run(
    request({ out: join(root, "strange") }),
    cancelling(event => event.step === 3),
  );
  const precious = join(root, "precious.txt");
  writeFileSync(precious, "my thesis");
  rmSync(join(stopped.folder, "events.jsonl"));
  symlinkSync(precious, join(stopped.folder, "events.jsonl"));
  const out = join(root, "strange");
  await assert.rejects(
    run(request({ out, start: { kind: "resume", folder: stopped.folder } }), context()),
    /events\.jsonl is a link/,
  );
  const told: string[] = [];
  const anew = await run(
    request({ out, start: { kind: "reuseOrResume" } }),
    context({ log: (_level: string, message: string) => told.push(message) }),
  );
  assert.notEqual(anew.folder, stopped.folder);
  assert.ok(
    told.some(line => /is not resumed: .*events\.jsonl is a link/.test(line)),
    told.join("\n"),
  );
  assert.equal(bytes(precious).toString(), "my thesis");
  assert.equal(recordOf(stopped.folder).status, "cancelled", "nothing was begun");
});

test("a run that failed goes on after its last whole step", async () => {
  const failing = context({
    step: ({ step }) => {
      if (step === 5) throw new HumanError("The device was lost.", { kind: "run", remedy: "Try the CPU." });
    },
  });
  const failed = await run(request({ checkpointSeconds: 0 }), failing);
  assert.equal(failed.status, "failed");
  assert.match(failed.error?.remedy ?? "", /^Try the CPU\. Its checkpoint is kept/);
  assert.equal(readCheckpoint(failed.folder)?.step, 5);
  assert.equal(readSteps(failed.folder).at(-1)?.step, 5);
  const resumed = await run(
    request({ start: { kind: "resume", folder: failed.folder }, checkpointSeconds: 0 }),
    context(),
  );
  assert.equal(resumed.status, "done", JSON.stringify(resumed.error));
  assertAsWhole(resumed.folder);
});

test("a run whose process is killed goes on, found by its configuration", async () => {
  const out = join(root, "killed");
  const child = fork(join(import.meta.dirname, "../../src/runtime/main.ts"), [], {
    execArgv: ["--import", "tsx", "--disable-warning=ExperimentalWarning"],
  });
  const client = connectToRuntime(ipcTransport(child), { onGivenUp: () => child.kill("SIGKILL") });
  client.on("pinch/step", ({ step }) => step === 4 && child.kill("SIGKILL"));
  await assert.rejects(client.call("pinch/run", request({ out, checkpointSeconds: 0 })), HumanError);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  client.dispose();
  const [folder = ""] = listRunFolders(out);
  assert.match(readSettledRun(folder).error?.remedy ?? "", /--resume/);
  const resumed = await run(request({ out, start: { kind: "reuseOrResume" } }), context());
  assert.deepEqual([resumed.status, resumed.folder], ["done", folder], JSON.stringify(resumed.error));
  assertAsWhole(folder);
  assert.ok((recordOf(folder).resumed?.[0]?.step ?? 0) >= 3);
  const finished = await run(request({ out, start: { kind: "reuseOrResume" } }), context());
  assert.deepEqual([finished.status, finished.folder], ["done", folder], "finished: its result is reused");
  assert.equal(listRunFolders(out).length, 1);
});

for (const [name, setting, first] of [
  ["noise", "  neftune: 5\n", 0],
  ["dropout", ", dropout: 0.1", 1], // the first step's B is zero
] as const)
  test(`a run without ${name} does not go on with one that has it, and learns otherwise`, async () => {
    const out = join(root, name);
    const stopping = cancelling(({ step }) => step === 2);
    const stopped = await run(request({ out, checkpointSeconds: 0 }), stopping);
    const file = join(root, `no-${name}.mixture.yaml`);
    writeFileSync(file, text.replace(setting, ""));
    const anew = await run(request({ out, file, start: { kind: "reuseOrResume" } }), context());
    assert.equal(anew.status, "done", JSON.stringify(anew.error));
    assert.notEqual(anew.folder, stopped.folder);
    const [without, withIt] = [lossesOf(anew.folder), lossesOf(whole.folder)];
    assert.equal(without.length, withIt.length);
    for (const [i, [, loss]] of without.entries()) if (i >= first) assert.notEqual(loss, withIt[i]?.[1]);
  });

test("a stopped run that another setting keeps from going on is named, with what changed", async () => {
  const out = join(root, "changed");
  const stop = new AbortController();
  const stopping = context({ signal: stop.signal, step: ({ step }) => step === 2 && stop.abort() });
  const stopped = await run(request({ out, checkpointSeconds: 0 }), stopping);
  assert.equal(stopped.status, "cancelled");
  const file = join(root, "longer.mixture.yaml");
  const text = readFileSync(request().file, "utf8");
  writeFileSync(
    file,
    text.replace(/epochs: (\d+)/, (_, epochs: string) => `epochs: ${Number(epochs) + 1}`),
  );
  const told: string[] = [];
  const anew = await run(
    request({ out, file, start: { kind: "reuseOrResume" } }),
    context({ log: (_level: string, message: string) => told.push(message) }),
  );
  assert.equal(anew.status, "done", JSON.stringify(anew.error));
  assert.notEqual(anew.folder, stopped.folder);
  const wanted = `The stopped run ${basename(stopped.folder)} is not resumed: \`train\` changed since it was started. A new run starts.`;
  assert.ok(told.includes(wanted), told.join("\n"));
});

test("a run that was stopped while it was scored is scored without training again", async () => {
  const stop = new AbortController();
  const stopping = context({
    signal: stop.signal,
    progress: ({ phase }) => phase === "generate" && stop.abort(),
  });
  const stopped = await run(request(), stopping);
  assert.equal(stopped.status, "cancelled");
  const steps: number[] = [];
  const resumed = await run(
    request({ start: { kind: "resume", folder: stopped.folder } }),
    context({ step: ({ step }) => steps.push(step) }),
  );
  assert.equal(resumed.status, "done", JSON.stringify(resumed.error));
  assert.deepEqual(steps, []);
  assertAsWhole(resumed.folder);
});

test("full training goes on with the same bytes too", async () => {
  const full = join(root, "full.mixture.yaml");
  writeFileSync(full, text.replace("method: lora", "method: full").replace(/ {2}lora: .*\n/, ""));
  const one = await run(request({ file: full }), context());
  assert.equal(one.status, "done", JSON.stringify(one.error));
  const stopped = await run(
    request({ file: full }),
    cancelling(event => event.step === 4),
  );
  const resumed = await run(
    request({ file: full, start: { kind: "resume", folder: stopped.folder } }),
    context(),
  );
  assert.equal(resumed.status, "done", JSON.stringify(resumed.error));
  const weights = join("model", "model.safetensors");
  assert.deepEqual(bytes(resumed.folder, weights), bytes(one.folder, weights));
});

test("what is another run's is refused, and says what differs", async () => {
  const stopped = await run(
    request(),
    cancelling(event => event.step === 2),
  );
  const before = bytes(stopped.folder, "run.json");
  const changed = join(root, "changed.mixture.yaml");
  writeFileSync(changed, text.replace("learningRate: 1e-3", "learningRate: 2e-3"));
  await assert.rejects(
    run(request({ file: changed, start: { kind: "resume", folder: stopped.folder } }), context()),
    /can't be resumed: `train` changed/,
  );
  await assert.rejects(
    run(request({ mixture: "english", start: { kind: "resume", folder: stopped.folder } }), context()),
    /the mixture, the data and the examples drawn changed/,
  );
  assert.deepEqual(bytes(stopped.folder, "run.json"), before, "a refusal changes nothing");

  const other = await run(
    request({ mixture: "english" }),
    cancelling(event => event.step === 2),
  );
  copyFileSync(checkpointPath(other.folder), checkpointPath(stopped.folder));
  await assert.rejects(
    run(request({ start: { kind: "resume", folder: stopped.folder } }), context()),
    /checkpoint .* belongs to another run/,
  );
  rmSync(join(stopped.folder, "checkpoint"), { recursive: true });
  await assert.rejects(
    run(request({ start: { kind: "resume", folder: stopped.folder } }), context()),
    /before its first checkpoint/,
  );
  mkdirSync(join(stopped.folder, "checkpoint"));
  writeFileSync(checkpointPath(stopped.folder), "half a file");
  await assert.rejects(
    run(request({ start: { kind: "resume", folder: stopped.folder } }), context()),
    (error: unknown) => error instanceof HumanError,
  );
});
