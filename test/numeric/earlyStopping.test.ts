// Early stopping of real trainings: the weights of the best step are kept, also by runs that were stopped in between.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { HumanError } from "../../src/common/errors.ts";
import { meanLoss } from "../../src/core/records/earlyStop.ts";
import type { StepEvent } from "../../src/core/records/records.ts";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import { connectToRuntime, ipcTransport } from "../../src/protocol/connection.ts";
import type { ProgressUpdate, RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import { checkpointPath, readCheckpoint } from "../../src/runtime/checkpoint/checkpoint.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { readRunSummary, readSteps } from "../../src/runtime/files/readRun.ts";
import { listRunFolders } from "../../src/runtime/files/runFolder.ts";
import { modelCard } from "../../src/runtime/model/modelCard.ts";
import { openSafetensors, readTensorFloat32 } from "../../src/runtime/model/safetensors.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-early-stopping-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** At this rate the loss on development data falls at first, then rises. */
const text = tinyMixture({ epochs: 8 })
  .replace("learningRate: 1e-3", "learningRate: 5e-2\n  schedule: constant\n  earlyStopping: { patience: 2 }")
  .replace("maxNewTokens", "during: 2\n  maxNewTokens");

function request(name: string, contents: string, extra: Partial<RunRequest> = {}): RunRequest {
  const file = join(root, `${name}.mixture.yaml`);
  writeFileSync(file, contents);
  const out = join(root, name);
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

function cancelling(at: number): RecipeContext {
  const stop = new AbortController();
  return context({ signal: stop.signal, step: ({ step }) => step === at && stop.abort() });
}

async function done(asked: RunRequest, hooks: RecipeContext = context()): Promise<RunOutcome> {
  const outcome = await run(asked, hooks);
  assert.equal(outcome.status, "done", JSON.stringify(outcome.error));
  return outcome;
}

const bytes = (...path: string[]): Buffer => readFileSync(join(...path));
const recordOf = ({ folder }: RunOutcome): RunRecord =>
  JSON.parse(bytes(folder, "run.json").toString()) as RunRecord;
const adapterFile = join("adapter", "adapter_model.safetensors");

function stopOf(outcome: RunOutcome): NonNullable<RunRecord["earlyStop"]> {
  const { earlyStop } = recordOf(outcome);
  assert.ok(earlyStop);
  return earlyStop;
}

/** Requires the results, and the steps, of a run that was never interrupted. */
function assertSame(outcome: RunOutcome, expected: RunOutcome, weights = adapterFile): void {
  const stepsOf = ({ folder }: RunOutcome) =>
    readSteps(folder).map(({ step, loss, heldOut }) => [step, loss, heldOut]);
  assert.deepEqual(stepsOf(outcome), stepsOf(expected));
  for (const name of [weights, "samples.jsonl", "metrics.json"])
    assert.deepEqual(bytes(outcome.folder, name), bytes(expected.folder, name), name);
  assert.deepEqual(recordOf(outcome).earlyStop, recordOf(expected).earlyStop);
}

let whole: RunOutcome;
const told: string[] = [];
const progress: ProgressUpdate[] = [];
before(async () => {
  writeTinyWorkspace(root, { mixture: false });
  const hooks = {
    log: (_: string, message: string) => told.push(message),
    progress: (update: ProgressUpdate) => progress.push(update),
  };
  whole = await done(request("whole", text), context(hooks));
});

test("a training ends when its loss on development data no longer falls, and says which step it keeps", () => {
  const events = readSteps(whole.folder);
  const { trained, planned, kept, loss, losses, waited } = stopOf(whole);
  const measured = events.flatMap(({ step, heldOut }) => (heldOut === undefined ? [] : [{ step, heldOut }]));
  const best = measured.reduce((a, b) => (meanLoss(b.heldOut) < meanLoss(a.heldOut) ? b : a));
  assert.deepEqual([kept, loss, losses], [best.step, meanLoss(best.heldOut), best.heldOut]);
  assert.deepEqual([trained, planned, waited], [events.at(-1)?.step, events[0]?.steps, 2]);
  assert.ok(kept > 2 && kept < trained && trained < planned, JSON.stringify([kept, trained, planned]));
  const wanted = `Stopped after step ${trained} of ${planned}: `;
  assert.ok(
    told.some(line => line.startsWith(wanted)),
    told.join("\n"),
  );
});

test("the model card names the step that it holds", () => {
  const { trained, planned, kept } = stopOf(whole);
  const facts = {
    metrics: null,
    format: "adapter",
    dtype: "float32",
    baseName: "tiny",
    hubId: null,
  } as const;
  const card = modelCard({ ...facts, record: recordOf(whole), template: "plain" });
  const row = `| Early stopping | step ${kept} of ${trained} kept, ${planned} planned, for its loss`;
  assert.ok(card.includes(row), card);
});

test("the adapter has the weights that a training without early stopping has after that step", async () => {
  const { kept } = stopOf(whole);
  const plain = text.replace(/ {2}earlyStopping.*\n/, "");
  const stopped = await run(request("plain", plain), cancelling(kept));
  const checkpoint = readCheckpoint(stopped.folder);
  assert.equal(checkpoint?.step, kept);
  const adapter = openSafetensors(join(whole.folder, adapterFile));
  assert.ok(adapter.entries.size > 0);
  for (const name of adapter.entries.keys())
    assert.deepEqual(
      readTensorFloat32(adapter, name),
      readTensorFloat32(checkpoint.file, `values/${name}`),
      name,
    );
});

test("all development data are measured, not a few, and steps count up to the one that is kept", async () => {
  const rows = bytes(root, "data", "dev", "fi.jsonl").toString().trimEnd().split("\n");
  const more = Array.from({ length: 5 }, (_, i) =>
    JSON.stringify({ id: `more-${i}`, prompt: "one", reference: "nine" }),
  );
  writeFileSync(join(root, "data", "dev", "fi.jsonl"), `${[...rows, ...more].join("\n")}\n`);
  const other = await done(request("more", text));
  writeFileSync(join(root, "data", "dev", "fi.jsonl"), `${rows.join("\n")}\n`);
  const firstOf = ({ folder }: RunOutcome) =>
    readSteps(folder).find(({ heldOut }) => heldOut !== undefined)?.heldOut;
  assert.ok(Math.abs((firstOf(other)?.fi ?? 0) - (firstOf(whole)?.fi ?? 0)) > 0.01);

  const { kept } = stopOf(whole);
  const { trained } = readRunSummary(whole.folder);
  const seen = readSteps(whole.folder).slice(0, kept);
  assert.equal(trained?.steps, kept);
  assert.equal(
    trained.tokensSeen,
    seen.reduce((sum, { tokens }) => sum + tokens, 0),
  );
});

test("progress counts what is left out as done when the training ends, and time left does not count it", () => {
  const { trained, planned } = stopOf(whole);
  const last = progress.filter(({ phase }) => phase === "train").at(-1);
  assert.deepEqual([last?.done, last?.total], [trained, planned]);
  assert.equal(progress.at(-1)?.secondsLeft ?? 0, 0);
});

for (const [when, at] of [
  ["before anything was measured", () => 1],
  ["at the best step", () => stopOf(whole).kept],
  ["between the best step and the end", () => stopOf(whole).trained - 1],
] as const)
  test(`a run that was cancelled ${when} goes on to the same bytes`, async () => {
    const stopped = await run(request("cancelled", text), cancelling(at()));
    assert.equal(stopped.status, "cancelled");
    assert.equal(readCheckpoint(stopped.folder)?.step, at());
    assertSame(
      await done(request("cancelled", text, { start: { kind: "resume", folder: stopped.folder } })),
      whole,
    );
  });

test("a run whose process is killed after the best step goes on to the same bytes", async () => {
  const { kept } = stopOf(whole);
  const asked = request("killed", text, { checkpointSeconds: 0 });
  const child = fork(join(import.meta.dirname, "../../src/runtime/main.ts"), [], {
    execArgv: ["--import", "tsx", "--disable-warning=ExperimentalWarning"],
  });
  const client = connectToRuntime(ipcTransport(child), { onGivenUp: () => child.kill("SIGKILL") });
  client.on("pinch/step", ({ step }) => step === kept && child.kill("SIGKILL"));
  await assert.rejects(client.call("pinch/run", asked), HumanError);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  client.dispose();
  const [folder = ""] = listRunFolders(asked.out);
  assert.ok((readCheckpoint(folder)?.step ?? 0) >= kept - 1, "the last one may be half written");
  assertSame(await done({ ...asked, start: { kind: "reuseOrResume" } }), whole);
});

test("a damaged checkpoint costs the steps since the one before it, not the best weights", async () => {
  const at = stopOf(whole).trained - 1;
  const asked = request("damaged", text, { checkpointSeconds: 0 });
  const stopped = await run(asked, cancelling(at));
  writeFileSync(checkpointPath(stopped.folder), "half a file");
  assertSame(await done({ ...asked, start: { kind: "resume", folder: stopped.folder } }), whole);
  assert.equal(recordOf(stopped).resumed?.[0]?.step, at - 1);
});

test("a run that failed after its last step trains no further", async () => {
  const { trained } = stopOf(whole);
  const failing = ({ step }: StepEvent) => {
    if (step === trained)
      throw new HumanError("The device was lost.", { kind: "run", remedy: "Try the CPU." });
  };
  const failed = await run(request("failed", text), context({ step: failing }));
  assert.equal(failed.status, "failed");
  assert.equal(readCheckpoint(failed.folder)?.step, trained);
  assertSame(
    await done(request("failed", text, { start: { kind: "resume", folder: failed.folder } })),
    whole,
  );
});

test("of several learning rates, each keeps its best step", async () => {
  const rates = text.replace("learningRate: 5e-2", "learningRate: [5e-2, 1e-4]");
  const chosen = await done(request("rates", rates));
  const { learningRateChoice: choice } = recordOf(chosen);
  const stop = stopOf(chosen);
  const tried = choice?.tried.find(({ learningRate }) => learningRate === choice.chosen);
  assert.ok(Math.abs((tried?.devLoss ?? 0) - stop.loss) < 1e-6, "the loss of the weights that are kept");
  assert.equal(choice?.chosen, 5e-2);
  assertSame(chosen, whole);
});

test("full training keeps the best step, and goes on to the same bytes", async () => {
  const full = text
    .replace("method: lora", "method: full")
    .replace(/ {2}lora: .*\n/, "")
    .replace("5e-2", "5e-3");
  const one = await done(request("full", full));
  const { kept, trained } = stopOf(one);
  assert.ok(kept < trained, JSON.stringify([kept, trained]));
  const stopped = await run(request("full-stopped", full), cancelling(trained - 1));
  const resumed = await done(
    request("full-stopped", full, { start: { kind: "resume", folder: stopped.folder } }),
  );
  assertSame(resumed, one, join("model", "model.safetensors"));
});
