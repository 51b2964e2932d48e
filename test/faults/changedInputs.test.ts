// Inputs that change while a sweep runs, between a stop and going on, and below a model that is being read.
import assert from "node:assert/strict";
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import type { SweepInputs } from "../../src/core/experiments/sweepInputs.ts";
import type { RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import { checkpointPath, readCheckpoint } from "../../src/runtime/checkpoint/checkpoint.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { validate } from "../../src/runtime/recipes/validate.ts";
import { tinyMixture, tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { workFolder } from "./support/pinch.ts";

interface Told extends RecipeContext {
  readonly warnings: string[];
}

function context(hooks: Partial<RecipeContext> = {}): Told {
  const warnings: string[] = [];
  return {
    progress: () => undefined,
    step: () => undefined,
    log: (level, message) => level === "warn" && warnings.push(message),
    signal: new AbortController().signal,
    ...hooks,
    warnings,
  };
}

/** Stops the run after this step. */
function stoppedAfter(last: number): Told {
  const stop = new AbortController();
  return context({ signal: stop.signal, step: ({ step }) => step === last && stop.abort() });
}

function workspace(name: string): {
  readonly folder: string;
  request(extra?: Partial<RunRequest>): RunRequest;
} {
  const folder = workFolder(name);
  writeTinyWorkspace(folder, { mixture: false });
  const file = join(folder, tinyMixtureFile);
  writeFileSync(file, tinyMixture({ epochs: 2 }));
  const out = join(folder, "runs");
  return {
    folder,
    request: extra => ({
      file,
      mixture: "pinch",
      seed: 7,
      out,
      device: "cpu",
      starter: "",
      start: { kind: "new" },
      ...extra,
    }),
  };
}

const adapterOf = ({ folder }: RunOutcome): Buffer =>
  readFileSync(join(folder, "adapter", "adapter_model.safetensors"));

async function inputsOf(file: string): Promise<SweepInputs> {
  const { data } = await validate({ file, starter: "" });
  return { text: readFileSync(file, "utf8"), data };
}

test("all runs of a sweep are of the mixture file that it began with", async () => {
  const { request } = workspace("edited");
  const { file } = request();
  const inputs = await inputsOf(file);
  await run(request({ mixture: "english", inputs }), context());
  writeFileSync(file, tinyMixture({ epochs: 1 }));
  const later = await run(request({ inputs }), context());
  assert.equal(later.status, "done", JSON.stringify(later.error));
  assert.equal(readRunRecord(later.folder).configuration.train?.epochs, 2);
  const alone = await run(request(), context());
  assert.equal(readRunRecord(alone.folder).configuration.train?.epochs, 1, "one that is asked for now");
});

test("a run of a sweep whose data changed, came or went is refused by the file's name", async () => {
  const { folder, request } = workspace("data");
  const inputs = await inputsOf(request().file);
  const path = join(folder, "data", "train", "fi.jsonl");
  const before = readFileSync(path);
  appendFileSync(path, `${JSON.stringify({ id: "new", prompt: "yksi", response: "kaksi" })}\n`);
  await assert.rejects(
    run(request({ inputs }), context()),
    /The data changed since the sweep began: data\/train\/fi\.jsonl\./,
  );
  writeFileSync(path, before);
  writeFileSync(join(folder, "data", "train", "de.jsonl"), before);
  await assert.rejects(run(request({ inputs }), context()), /sweep began: data\/train\/de\.jsonl\./);
  assert.ok(!existsSync(request().out), "nothing was begun");
});

/** Other bytes of the same length, in place: the file keeps its inode. */
function overwrite(path: string): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, new Uint8Array(64).fill(60), 0, 64, 20_000);
  closeSync(descriptor);
}

test("a model that is written over while it is in use ends the run by its name, and nothing of it is kept", async () => {
  for (const phase of ["train", "generate"] as const) {
    const { folder, request } = workspace(`model-${phase}`);
    const weights = join(folder, "model", "model.safetensors");
    const kept = readFileSync(weights);
    let done = false;
    const change = (): void => {
      if (!done) overwrite(weights);
      done = true;
    };
    const hooks: Partial<RecipeContext> =
      phase === "train"
        ? { step: ({ step }) => step === 3 && change() }
        : { progress: update => update.phase === "generate" && change() };
    const ended = await run(request({ checkpointSeconds: 0 }), context(hooks));
    assert.equal(ended.status, "failed");
    assert.match(ended.error?.message ?? "", /model\.safetensors changed while it was in use/);
    for (const name of ["samples.jsonl", "metrics.json"])
      assert.ok(!existsSync(join(ended.folder, name)), `${phase}: ${name}`);
    if (phase === "generate") continue;
    assert.equal(readCheckpoint(ended.folder)?.step, 3, "of the model as it was");
    writeFileSync(weights, kept);
    const resumed = await run(request({ start: { kind: "resume", folder: ended.folder } }), context());
    assert.equal(resumed.status, "done", JSON.stringify(resumed.error));
    const whole = await run(request(), context());
    assert.deepEqual(adapterOf(resumed), adapterOf(whole));
  }
});

test("a model that another takes the place of, or that is deleted, changes nothing of a run under way", async () => {
  const { folder, request } = workspace("replaced");
  const weights = join(folder, "model", "model.safetensors");
  const whole = await run(request(), context());
  const replace = (): void => {
    copyFileSync(weights, `${weights}.new`);
    overwrite(`${weights}.new`);
    renameSync(`${weights}.new`, weights);
  };
  const replaced = await run(request(), context({ step: ({ step }) => step === 2 && replace() }));
  assert.equal(replaced.status, "done", JSON.stringify(replaced.error));
  assert.deepEqual(adapterOf(replaced), adapterOf(whole));
});

test("a damaged checkpoint is passed over aloud, and the run goes on from the one before it", async () => {
  const { request } = workspace("checkpoint");
  const whole = await run(request(), context());
  const damages: readonly ((path: string, bytes: Buffer) => void)[] = [
    (path, bytes) => {
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 4, bytes.length - 9);
      writeFileSync(path, bytes);
    },
    (path, bytes) => truncateSync(path, bytes.length - 100),
    path => truncateSync(path, 0),
    (path, bytes) =>
      writeFileSync(path, bytes.toString("latin1").replace('"step":"4"', '"step":"3"'), "latin1"),
  ];
  for (const [i, damage] of damages.entries()) {
    const stopped = await run(request({ checkpointSeconds: 0 }), stoppedAfter(4));
    const path = checkpointPath(stopped.folder);
    damage(path, readFileSync(path));
    const going = context();
    const resumed = await run(request({ start: { kind: "resume", folder: stopped.folder } }), going);
    assert.equal(resumed.status, "done", `${i}: ${JSON.stringify(resumed.error)}`);
    assert.match(
      going.warnings.join("\n"),
      /state\.safetensors .*The run continues from the previous checkpoint/,
    );
    assert.equal(readRunRecord(resumed.folder).resumed?.[0]?.step, 3, `${i}`);
    assert.deepEqual(adapterOf(resumed), adapterOf(whole), `${i}`);
  }
});

test("where no checkpoint is whole, --resume says so and begins anew; asked for by its folder, the run is refused", async () => {
  const { request } = workspace("checkpoints");
  const stopped = await run(request({ checkpointSeconds: 0 }), stoppedAfter(4));
  for (const name of ["state", "earlier"])
    truncateSync(join(stopped.folder, "checkpoint", `${name}.safetensors`), 700);
  await assert.rejects(
    run(request({ start: { kind: "resume", folder: stopped.folder } }), context()),
    /state\.safetensors/,
  );
  const going = context();
  const anew = await run(request({ start: { kind: "reuseOrResume" } }), going);
  assert.equal(anew.status, "done");
  assert.notEqual(anew.folder, stopped.folder);
  const name = basename(stopped.folder);
  assert.ok(
    going.warnings.some(line => line.includes(`The stopped run ${name} is not resumed`)),
    going.warnings.join("\n"),
  );
});

test("steps that were changed before the checkpoint are not taken for the run's", async () => {
  const { request } = workspace("events");
  const stopped = await run(request({ checkpointSeconds: 0 }), stoppedAfter(4));
  const path = join(stopped.folder, "events.jsonl");
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  writeFileSync(path, [lines[0], lines[1]?.replace(/"loss":\d/, '"loss":9'), ...lines.slice(2)].join("\n"));
  await assert.rejects(
    run(request({ start: { kind: "resume", folder: stopped.folder } }), context()),
    /events\.jsonl was changed/,
  );
  // The last step alone: the checkpoint before it still holds.
  writeFileSync(path, [...lines.slice(0, 3), lines[3]?.replace(/"loss":\d/, '"loss":9'), ""].join("\n"));
  const resumed = await run(request({ start: { kind: "resume", folder: stopped.folder } }), context());
  assert.equal(resumed.status, "done", JSON.stringify(resumed.error));
});

test("of two that go on with one run at once, one does and the other is told", async () => {
  const { request } = workspace("twice");
  const whole = await run(request(), context());
  const stopped = await run(request({ checkpointSeconds: 0 }), stoppedAfter(3));
  const both = await Promise.allSettled([
    run(request({ start: { kind: "resume", folder: stopped.folder } }), context()),
    run(request({ start: { kind: "resume", folder: stopped.folder } }), context()),
  ]);
  const [done, ...more] = both.flatMap(each => (each.status === "fulfilled" ? [each.value] : []));
  assert.equal(done?.status, "done");
  assert.equal(more.length, 0);
  const [told] = both.flatMap(each => (each.status === "rejected" ? [String(each.reason)] : []));
  assert.match(told ?? "", /is being written by process \d+/);
  assert.deepEqual(adapterOf(done), adapterOf(whole));
});

test("weights, gradients or scores that are no numbers end a run as failed", async () => {
  const { request } = workspace("numbers");
  const { file } = request();
  // One step: its loss is that of the weights before it.
  const text = tinyMixture({ batch: "batchTokens: 4096" });
  writeFileSync(
    file,
    text.replace("alpha: 8", "alpha: 1e25").replace("learningRate: 1e-3", "learningRate: 1"),
  );
  const ended = await run(request(), context());
  assert.equal(ended.status, "failed");
  assert.match(ended.error?.message ?? "", /became (?:NaN|Infinity)|invalid numbers|not finite/);
  assert.ok(!existsSync(join(ended.folder, "metrics.json")));
});
