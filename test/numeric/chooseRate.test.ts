// A list of learning rates: each run keeps the best on development data, as if it had been the only one.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { StepEvent } from "../../src/core/records/records.ts";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import type { ProgressUpdate, RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { readSteps } from "../../src/runtime/files/readRun.ts";
import { isResumable } from "../../src/runtime/files/runFolder.ts";
import { modelCard } from "../../src/runtime/model/modelCard.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { tinyLanguages, tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-rates-"));
after(() => rmSync(root, { recursive: true, force: true }));

const [tiny, sane, other] = [1e-7, 2e-2, 1e-2];
const listed = `[${tiny}, ${sane}, ${other}]`;

function mixture(name: string, rates: string, train = ""): string {
  const file = join(root, `${name}.mixture.yaml`);
  const text = tinyMixture({ epochs: 2 }).replace("learningRate: 1e-3", `learningRate: ${rates}${train}`);
  writeFileSync(file, text);
  return file;
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

function started(file: string, extra: Partial<RunRequest> = {}, within = context()): Promise<RunOutcome> {
  const out = join(root, "runs");
  return run(
    { file, mixture: "pinch", seed: 7, out, device: "cpu", starter: "", start: { kind: "new" }, ...extra },
    within,
  );
}

async function done(file: string, extra: Partial<RunRequest> = {}, within = context()): Promise<string> {
  const outcome = await started(file, extra, within);
  assert.equal(outcome.status, "done", JSON.stringify(outcome.error));
  return outcome.folder;
}

/** A context whose run is cancelled after a step of one of its trainings. @param training From 0. */
function cancelling(training: number, step: number): RecipeContext {
  const stop = new AbortController();
  let trained = -1;
  const look = (event: StepEvent): void => {
    if (event.step === 1) trained++;
    if (trained === training && event.step === step) stop.abort();
  };
  return context({ signal: stop.signal, step: look });
}

const recordOf = (folder: string) => JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as RunRecord;
const adapterOf = (folder: string) => readFileSync(join(folder, "adapter", "adapter_model.safetensors"));
const triedIn = (folder: string) =>
  recordOf(folder).learningRateChoice?.tried.map(({ learningRate, devLoss }) => [learningRate, devLoss]);

let chosen: string;
const progress: ProgressUpdate[] = [];
const said: string[] = [];
before(async () => {
  writeTinyWorkspace(root, { mixture: false });
  const telling = context({ progress: update => progress.push(update), log: (_, text) => said.push(text) });
  chosen = await done(mixture("list", listed), {}, telling);
});

/** What a run leaves of its training and evaluation, and of its choice where there was one. */
function assertAs(folder: string, expected: string): void {
  const tried = triedIn(expected);
  if (tried !== undefined) assert.deepEqual(triedIn(folder), tried);
  assert.deepEqual(adapterOf(folder), adapterOf(expected));
  const steps = (of: string) =>
    readSteps(of).map(({ step, loss, learningRate }) => [step, loss, learningRate]);
  assert.deepEqual(steps(folder), steps(expected));
  for (const name of ["samples.jsonl", "metrics.json"])
    assert.deepEqual(readFileSync(join(folder, name)), readFileSync(join(expected, name)), name);
  for (const name of ["candidates", "checkpoint"]) assert.ok(!existsSync(join(folder, name)), name);
}

test("the rate with the lowest loss on development data is kept, with the bytes of a run with it alone", async () => {
  const { chosen: rate, tried = [] } = recordOf(chosen).learningRateChoice ?? {};
  assert.equal(rate, sane);
  assert.deepEqual(
    tried.map(({ learningRate }) => learningRate),
    [tiny, sane, other],
  );
  const [first = 0, second = 0, third = 0] = tried.map(({ devLoss }) => devLoss ?? Number.NaN);
  assert.ok(second < third && third < first, `${first} ${second} ${third}`);
  assert.deepEqual(
    recordOf(chosen).configuration.train?.learningRate,
    [tiny, sane, other],
    "the setting is the list",
  );
  assertAs(chosen, await done(mixture("alone", String(sane))));
});

test("the loss is the mean over languages of what their evaluation would say", async () => {
  const text = readFileSync(mixture("measured", String(sane)), "utf8");
  const file = join(root, "measured.mixture.yaml");
  writeFileSync(file, text.replace("data/eval/", "data/dev/").replace(/ {2}dev: .*\n/, ""));
  const metrics = JSON.parse(readFileSync(join(await done(file), "metrics.json"), "utf8")) as {
    languages: Record<string, { nll?: { value: number } }>;
  };
  const losses = tinyLanguages.map(language => metrics.languages[language]?.nll?.value ?? Number.NaN);
  const devLoss = recordOf(chosen).learningRateChoice?.tried[1]?.devLoss ?? Number.NaN;
  assert.ok(Math.abs(devLoss - losses.reduce((sum, loss) => sum + loss, 0) / losses.length) < 1e-6);
});

test("evaluation data have no part in the choice, development data decide it", async () => {
  const rows = (split: string, language: string) => join(root, "data", split, `${language}.jsonl`);
  const kept = tinyLanguages.flatMap(language =>
    ["eval", "dev"].map(
      split => [rows(split, language), readFileSync(rows(split, language), "utf8")] as const,
    ),
  );
  try {
    // A model that is tuned hard on one word an answer does worse on these.
    const rewrite = (split: string) => {
      for (const [file, text] of kept)
        if (file.includes(join("data", split)))
          writeFileSync(
            file,
            text.replace(/"reference":"[^"]*"/g, '"reference":"nine one one one one one one"'),
          );
    };
    rewrite("eval");
    const same = await done(mixture("other-eval", listed));
    assert.deepEqual(triedIn(same), triedIn(chosen));
    assert.deepEqual(adapterOf(same), adapterOf(chosen));
    rewrite("dev");
    const otherwise = recordOf(await done(mixture("other-dev", listed))).learningRateChoice;
    assert.equal(otherwise?.chosen, other);
  } finally {
    for (const [file, text] of kept) writeFileSync(file, text);
  }
});

test("progress, prediction and time are of all rates, and the choice is said", () => {
  const training = progress.filter(({ phase }) => phase === "train");
  const [{ steps = 0 } = {}] = readSteps(chosen);
  assert.deepEqual(
    training.map(({ done: count, total }) => [count, total]),
    Array.from({ length: 3 * steps }, (_, i) => [i + 1, 3 * steps]),
  );
  assert.match(training[steps]?.message ?? "", /^Learning rate 0\.02, 2 of 3: step 1 of /);
  const { learningRateChoice, timings } = recordOf(chosen);
  const seconds = learningRateChoice?.tried.reduce((sum, one) => sum + one.seconds, 0) ?? Number.NaN;
  assert.ok((timings?.train ?? 0) >= seconds && seconds > 0);
  assert.ok(
    said.some(line => /^Learning rate 0\.02 chosen by the loss on the development data: 1e-7 /.test(line)),
  );
});

test("the model card says how the rate came about", () => {
  const facts = {
    metrics: null,
    format: "adapter",
    dtype: "float32",
    baseName: "tiny",
    hubId: null,
  } as const;
  const card = modelCard({ ...facts, record: recordOf(chosen), template: "plain" });
  assert.match(card, /\| Learning rate \| 0\.02, chosen from 1e-7, 0\.02, 0\.01 on development data, cosine/);
});

test("a run that is stopped goes on with the rate that it was at, and those behind are not trained again", async () => {
  const file = mixture("stopped", listed);
  const stopped = await started(file, {}, cancelling(1, 3));
  assert.equal(stopped.status, "cancelled");
  assert.ok(
    !existsSync(join(stopped.folder, "adapter")),
    "nothing is taken for the result before the choice",
  );
  const trained: number[] = [];
  const watching = context({ step: ({ step }) => trained.push(step) });
  assertAs(await done(file, { start: { kind: "resume", folder: stopped.folder } }, watching), chosen);
  const [{ steps = 0 } = {}] = readSteps(chosen);
  assert.equal(trained.length, steps - 3 + steps, "the rest of the second, and the third");
});

test("a checkpoint is its own rate's: between two rates the next begins at its first step", async () => {
  const file = mixture("between", listed);
  const stopped = await started(file, { checkpointSeconds: 0 }, cancelling(2, 1));
  rmSync(join(stopped.folder, "checkpoint"), { recursive: true });
  assert.ok(isResumable(stopped.folder), "by what was tried");
  const half = await started(file, { checkpointSeconds: 0 }, cancelling(0, 2));
  // Of the first rate, where the third is next.
  cpSync(join(half.folder, "checkpoint"), join(stopped.folder, "checkpoint"), { recursive: true });
  assertAs(await done(file, { start: { kind: "resume", folder: stopped.folder } }), chosen);
  const strange = await started(mixture("strange", `[${tiny}, 5e-3]`), {}, cancelling(0, 2));
  rmSync(join(half.folder, "checkpoint"), { recursive: true });
  cpSync(join(strange.folder, "checkpoint"), join(half.folder, "checkpoint"), { recursive: true });
  await assert.rejects(
    started(file, { start: { kind: "resume", folder: half.folder } }),
    /belongs to another run/,
  );
});

test("what was tried and can't be read any more is tried again, and that is said", async () => {
  const file = mixture("damaged", listed);
  const damages: readonly ((candidates: string) => void)[] = [
    candidates => writeFileSync(join(candidates, "tried.json"), '{"tried": [{"learningRate": 1e-7}]}'),
    candidates => writeFileSync(join(candidates, "tried.json"), "half a f"),
    candidates => rmSync(join(candidates, String(tiny), "adapter"), { recursive: true }),
    candidates => {
      const path = join(candidates, "tried.json");
      writeFileSync(path, readFileSync(path, "utf8").replace(/"identity": ".{8}/, '"identity": "00000000'));
    },
  ];
  for (const damage of damages) {
    const stopped = await started(file, {}, cancelling(1, 2));
    damage(join(stopped.folder, "candidates"));
    const warnings: string[] = [];
    const warned = context({ log: (level, text) => level === "warn" && warnings.push(text) });
    assertAs(await done(file, { start: { kind: "resume", folder: stopped.folder } }, warned), chosen);
    assert.match(warnings.join(), /tried\.json .*: the choice of a learning rate starts over/);
  }
});

test("a run that was stopped while it was scored is scored without training again", async () => {
  const file = mixture("scored", listed);
  const stop = new AbortController();
  const stopping = context({
    signal: stop.signal,
    progress: ({ phase }) => phase === "generate" && stop.abort(),
  });
  const stopped = await started(file, {}, stopping);
  assert.equal(stopped.status, "cancelled");
  const trained: number[] = [];
  assertAs(
    await done(
      file,
      { start: { kind: "resume", folder: stopped.folder } },
      context({ step: ({ step }) => trained.push(step) }),
    ),
    chosen,
  );
  assert.deepEqual(trained, []);
  const { learningRateChoice, timings } = recordOf(stopped.folder);
  assert.equal(learningRateChoice?.chosen, sane);
  const seconds = learningRateChoice?.tried.reduce((sum, one) => sum + one.seconds, 0) ?? Number.NaN;
  assert.ok((timings?.train ?? 0) >= seconds, "of all rates, as without the stop");
});

test("a rate that diverges loses, and where all do the run fails by name", async () => {
  // The decay multiplies every weight by -1e8 a step at the rate 1, and by 0.9 at 1e-9.
  const decay = "\n  weightDecay: 1e8\n  warmup: 0%";
  const mended = await done(mixture("decay", "[1, 1e-9]", decay));
  const { chosen: rate, tried = [] } = recordOf(mended).learningRateChoice ?? {};
  assert.equal(rate, 1e-9);
  assert.equal(tried[0]?.devLoss, null);
  assert.ok(readSteps(mended).every(({ learningRate }) => learningRate <= 1e-9));
  assert.deepEqual(adapterOf(mended), adapterOf(await done(mixture("decay-alone", "1e-9", decay))));

  const failed = await started(mixture("all-diverge", "[1, 0.9]", decay), { checkpointSeconds: 0 });
  assert.equal(failed.status, "failed");
  assert.equal(failed.error?.message, "The training diverged with every learning rate: 1, 0.9.");
  assert.match(
    failed.error?.remedy ?? "",
    /^List lower rates under train\.learningRate, or lengthen train\.warmup\.$/,
  );
  assert.ok(!existsSync(join(failed.folder, "adapter")));
});

test("all weights are chosen in the same way", async () => {
  const full = (name: string, rates: string) => {
    const file = mixture(name, rates);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("method: lora", "method: full").replace(/ {2}lora: .*\n/, ""));
    return file;
  };
  const best = await done(full("full", "[1e-3, 1e-7]"));
  const alone = await done(full("full-alone", "1e-3"));
  const weights = (folder: string) => readFileSync(join(folder, "model", "model.safetensors"));
  assert.equal(recordOf(best).learningRateChoice?.chosen, 1e-3);
  assert.deepEqual(weights(best), weights(alone));
});
