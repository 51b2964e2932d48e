// Loss on held-out references during training: what the finished model's evaluation says too, and nothing is changed by it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunOutcome } from "../../src/protocol/runtime.ts";
import { readSamples, readSteps } from "../../src/runtime/files/runFolder.ts";
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
  } as const;
  const outcome = await run(request, context);
  assert.equal(outcome.status, "done", JSON.stringify(outcome.error));
  return outcome;
}

const text = tinyMixture({ epochs: 2 });
let without: RunOutcome;
let looking: RunOutcome;
before(async () => {
  writeTinyWorkspace(root, { mixture: false });
  without = await trained(text, tinyMixtureFile);
  looking = await trained(text.replace("maxNewTokens", "during: 3\n  maxNewTokens"), "during.mixture.yaml");
});

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
  const samples = readSamples(looking.folder);
  const { heldOut = {} } = readSteps(looking.folder).at(-1) ?? {};
  for (const language of tinyLanguages) {
    const own = samples.filter(sample => sample.language === language);
    assert.equal(own.length, 8, "as many as are held out");
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
