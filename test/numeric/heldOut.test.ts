// Loss on development references during training: what their evaluation would say too, and nothing is changed by it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import type { RunOutcome } from "../../src/protocol/runtime.ts";
import { readSamples, readSteps } from "../../src/runtime/files/readRun.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { tinyLanguages, tinyMixture, tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-held-out-"));
after(() => rmSync(root, { recursive: true, force: true }));

const context = {
  progress: () => undefined,
  step: () => undefined,
  log: () => undefined,
  signal: new AbortController().signal,
};

async function trained(text: string, name: string): Promise<RunOutcome> {
  const file = join(root, name);
  writeFileSync(file, text);
  const request = {
    file,
    mixture: "pinch",
    seed: 7,
    out: join(root, "runs"),
    device: "cpu",
    starter: "",
    start: { kind: "new" },
  } as const;
  const outcome = await run(request, context);
  assert.equal(outcome.status, "done", JSON.stringify(outcome.error));
  return outcome;
}

const text = tinyMixture({ epochs: 2 });
const watching = text.replace("maxNewTokens", "during: 3\n  maxNewTokens");
/** Its evaluation is over what the other one looks at. */
let without: RunOutcome;
let looking: RunOutcome;
before(async () => {
  writeTinyWorkspace(root, { mixture: false });
  const evaluated = text.replace("data/eval/", "data/dev/").replace(/ {2}dev: .*\n/, "");
  without = await trained(evaluated, tinyMixtureFile);
  looking = await trained(watching, "during.mixture.yaml");
});

const recordOf = ({ folder }: RunOutcome) =>
  JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as RunRecord;
const lossesOf = ({ folder }: RunOutcome) =>
  readSteps(folder).flatMap(({ heldOut }) => (heldOut === undefined ? [] : [heldOut]));

test("every third step and the last one have a loss in each language", () => {
  const steps = readSteps(looking.folder);
  const last = steps.at(-1)?.step ?? 0;
  assert.deepEqual(
    steps.filter(({ heldOut }) => heldOut !== undefined).map(({ step }) => step),
    [...steps.map(({ step }) => step).filter(step => step % 3 === 0 || step === last)],
  );
  for (const { heldOut } of steps)
    if (heldOut !== undefined) assert.deepEqual(Object.keys(heldOut).sort(), [...tinyLanguages].sort());
  assert.ok(steps.every(({ memoryBytes = 0 }) => memoryBytes > 1e6));
});

test("the last one is what the evaluation of the same references gives", () => {
  const samples = readSamples(without.folder);
  const { heldOut = {} } = readSteps(looking.folder).at(-1) ?? {};
  for (const language of tinyLanguages) {
    const own = samples.filter(sample => sample.language === language);
    assert.equal(own.length, 8, "as many as are looked at");
    const nll = own.reduce((sum, sample) => sum + (sample.nll ?? 0) * sample.nllTokens, 0);
    const tokens = own.reduce((sum, sample) => sum + sample.nllTokens, 0);
    assert.ok(Math.abs((heldOut[language] ?? 0) - nll / tokens) < 1e-6, language);
  }
});

test("without the key nothing is looked at, and with it the adapter has the same bytes", () => {
  assert.ok(readSteps(without.folder).every(({ heldOut }) => heldOut === undefined));
  const adapter = ({ folder }: RunOutcome) =>
    readFileSync(join(folder, "adapter", "adapter_model.safetensors"));
  assert.deepEqual(adapter(looking), adapter(without));
});

test("other evaluation data change nothing of it, other development data do", async () => {
  const file = (split: string, language: string) => join(root, "data", split, `${language}.jsonl`);
  for (const language of tinyLanguages) {
    const kept = readFileSync(file("eval", language), "utf8");
    writeFileSync(
      file("eval", language),
      kept.replace(/"reference":"[^"]*"/g, '"reference":"nine ten nine"'),
    );
  }
  assert.deepEqual(lossesOf(await trained(watching, "other-eval.mixture.yaml")), lossesOf(looking));

  rmSync(file("dev", "fi"));
  const two = lossesOf(await trained(watching, "fewer-dev.mixture.yaml"));
  assert.equal(two.length, lossesOf(looking).length);
  for (const [i, { fi: _, ...expected }] of lossesOf(looking).entries()) {
    const losses = two[i] ?? {};
    assert.deepEqual(Object.keys(losses), Object.keys(expected), "no curve without development data");
    // Packed otherwise, and rounded otherwise.
    for (const [language, loss] of Object.entries(expected))
      assert.ok(Math.abs((losses[language] ?? 0) - loss) < 1e-5, language);
  }
});

test("the run says by what files it was looked at, and where these are evaluated too", async () => {
  assert.equal(recordOf(without).lock?.languageData?.dev, undefined);
  assert.deepEqual(
    Object.keys(recordOf(looking).lock?.languageData?.dev ?? {}).sort(),
    [...tinyLanguages].sort(),
  );
  const codes = ({ findings = [] }: RunRecord) => findings.map(({ code }) => code);
  assert.ok(!codes(recordOf(looking)).includes("evaluation-in-development"));
  writeFileSync(join(root, "data", "dev", "sw.jsonl"), readFileSync(join(root, "data", "eval", "sw.jsonl")));
  const copied = await trained(watching, "copied.mixture.yaml");
  assert.ok(codes(recordOf(copied)).includes("evaluation-in-development"));
  const blind = await trained(text, "copied-blind.mixture.yaml");
  assert.ok(!codes(recordOf(blind)).includes("evaluation-in-development"), "it did not look");
});
