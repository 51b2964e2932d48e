// Training from an adapter at hand: against PEFT, as a whole run, and what is refused by name.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { settingsOf } from "../../src/core/experiments/runSettings.ts";
import type { StepEvent } from "../../src/core/records/records.ts";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import type { RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { loadExperiment } from "../../src/runtime/experiment/experiment.ts";
import { readSteps } from "../../src/runtime/files/readRun.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors, readTensorFloat32, writeSafetensors } from "../../src/runtime/model/safetensors.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { openStart, readStart, requireSameBase } from "../../src/runtime/train/adapterStart.ts";
import { tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { fixtures, json, setup, type TrainingRun, trainAsPyTorch } from "./parity.ts";

const root = mkdtempSync(join(tmpdir(), "pinch-start-"));
after(() => rmSync(root, { recursive: true, force: true }));
const lora = { rank: 4, alpha: 8, targets: "all-linear" } as const;
const spec = { method: "lora", lora } as const;

test("20 training steps from a tuned adapter follow PEFT", async t => {
  const reference = json<TrainingRun & { readonly model: string; readonly start: string }>(
    "adapter-start.json",
  );
  const { microBatches } = json<{ microBatches: number[][][] }>("training-tied.json");
  const one = await setup(reference.model, "lora", reference);
  const start = join(fixtures, reference.start);
  readStart(
    start,
    openStart(start, spec, openModel(join(fixtures, reference.model))),
    one.trainer.parameters,
  );
  const worst = await trainAsPyTorch(one, reference, microBatches);
  t.diagnostic(`largest relative difference in loss: ${worst.toExponential(2)}`);
  one.folder.remove();
});

test("an adapter of another shape, kind or base is refused by name", () => {
  const model = openModel(join(fixtures, "models", "tied"));
  const start = join(fixtures, "adapters", "tuned-tied");
  const refused = (pattern: RegExp, change: object, ours: object = {}, base = model): void => {
    const folder = mkdtempSync(join(root, "adapter-"));
    cpSync(start, folder, { recursive: true });
    const path = join(folder, "adapter_config.json");
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change }));
    assert.throws(() => openStart(folder, { ...spec, lora: { ...lora, ...ours } }, base), pattern);
  };
  refused(/has rank 4, not 8/, {}, { rank: 8 });
  refused(/has alpha 8, not 16/, {}, { alpha: 16 });
  refused(/has scaling rslora, not standard/, { use_rslora: true });
  refused(/also has .*\.mlp\.down_proj\.lora_A\.weight and \d+ more, which/, {}, { targets: ["q_proj"] });
  refused(/of the type LOHA, not LoRA/, { peft_type: "LOHA" });
  refused(/init_lora_weights: "pissa"/, { init_lora_weights: "pissa" });
  refused(/alpha_pattern: \{"q_proj":4\}/, { alpha_pattern: { q_proj: 4 } });
  refused(/has dora true, not false/, { use_dora: true });
  refused(/lacks .*\.lora_magnitude_vector and \d+ more/, { use_dora: true }, { dora: true });
  refused(/was trained on another model/, {}, {}, openModel(join(fixtures, "architectures", "phi3")));
  refused(
    /was trained on another model: .* is \[/,
    {},
    {},
    openModel(join(fixtures, "architectures", "llama3")),
  );
  assert.throws(() => openStart(join(root, "nowhere"), spec, model), /adapter_config\.json/);

  const few = mkdtempSync(join(root, "adapter-"));
  cpSync(start, few, { recursive: true });
  const weights = openSafetensors(join(start, "adapter_model.safetensors"));
  const kept = [...weights.entries].filter(([name]) => !name.includes("k_proj"));
  const tensors = kept.map(([name, { shape }]) => {
    return { name, dtype: "F32" as const, shape, data: readTensorFloat32(weights, name) };
  });
  writeSafetensors(join(few, "adapter_model.safetensors"), tensors, {});
  assert.throws(
    () => openStart(few, spec, model),
    /lacks base_model\.model\.model\.layers\.0\.self_attn\.k_proj\.lora_A\.weight and \d+ more/,
  );

  const named = mkdtempSync(join(root, "adapter-"));
  writeFileSync(join(named, "adapter_config.json"), '{"base_model_name_or_path":"org/one"}');
  const file = join(root, "tiny.mixture.yaml");
  const sha256 = (): string => "";
  assert.throws(
    () => requireSameBase(named, { sha256 }, "org/other", file),
    /trained on org\/one, .* of org\/other/,
  );
  requireSameBase(named, { sha256 }, "org/one", file);
  requireSameBase(named, { sha256 }, "../models/one", file);
});

const context = {
  progress: () => undefined,
  step: () => undefined,
  log: () => undefined,
  signal: new AbortController().signal,
};
function started(
  name: string,
  change: (text: string) => string,
  extra: Partial<RunRequest> = {},
  within: RecipeContext = context,
): Promise<RunOutcome> {
  const file = join(root, `${name}.mixture.yaml`);
  writeFileSync(file, change(tinyMixture()));
  const request = {
    file,
    mixture: "pinch",
    seed: 7,
    out: join(root, name),
    device: "cpu",
    starter: "",
  } as const;
  return run({ ...request, start: { kind: "new" }, ...extra }, within);
}
const recordOf = (folder: string) => JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as RunRecord;
const lossesOf = (folder: string) => readSteps(folder).map(({ loss }) => loss);
const from = (path: string) => (text: string) => text.replace("all-linear }", `all-linear, from: ${path} }`);

let first: RunOutcome;
before(async () => {
  writeTinyWorkspace(root, { mixture: false });
  first = await started("first", text => text);
  assert.equal(first.status, "done", JSON.stringify(first.error));
  cpSync(join(first.folder, "adapter"), join(root, "start"), { recursive: true });
});

test("a run starts from the adapter, whose files are in its lock; each of several learning rates does", async () => {
  const second = await started("second", from("start"));
  assert.equal(second.status, "done", JSON.stringify(second.error));
  const losses = lossesOf(second.folder);
  assert.ok((losses[0] ?? 0) < (lossesOf(first.folder)[0] ?? 0), "it goes on from what was learned");
  const record = recordOf(second.folder);
  assert.deepEqual(
    Object.keys(record.lock?.data ?? {}).filter(path => path.startsWith("start/")),
    ["start/adapter_model.safetensors", "start/adapter_config.json"],
  );
  assert.match(settingsOf(record).train?.get("lora.from") ?? "", /^adapter [0-9a-f]{8}$/);

  const several = await started("several", text => from("start")(text).replace("1e-3", "[1e-3, 1e-30]"));
  assert.equal(several.status, "done", JSON.stringify(several.error));
  const { learningRateChoice } = recordOf(several.folder);
  assert.equal(learningRateChoice?.tried.length, 2);
  const kept = lossesOf(several.folder);
  assert.equal(kept[0], losses[0]);
});

for (const [name, change] of [
  ["float", "batchTokens: 64"],
  ["int8", "base: int8\n  batchTokens: 64"],
  ["recomputed", "gradientCheckpointing: on\n  batchTokens: 64"],
] as const)
  test(`${name}: a stopped run ends with the same bytes, and the start counts`, async () => {
    const text = (start: boolean) => (whole: string) =>
      (start ? from("start") : (same: string) => same)(whole).replace("batchTokens: 64", change);
    const whole = await started(name, text(true));
    const fresh = await started(`${name}-new`, text(false));
    assert.ok((lossesOf(whole.folder)[0] ?? 0) < (lossesOf(fresh.folder)[0] ?? 0));
    const stop = new AbortController();
    const out = join(root, `${name}-stopped`);
    const stopping = {
      ...context,
      signal: stop.signal,
      step: ({ step }: StepEvent) => step === 2 && stop.abort(),
    };
    const stopped = await started(name, text(true), { out, checkpointSeconds: 0 }, stopping);
    assert.equal(stopped.status, "cancelled");
    const resumed = await started(name, text(true), {
      out,
      start: { kind: "resume", folder: stopped.folder },
    });
    assert.equal(resumed.status, "done", JSON.stringify(resumed.error));
    assert.deepEqual(lossesOf(resumed.folder), lossesOf(whole.folder));
    const weights = ({ folder }: RunOutcome) =>
      readFileSync(join(folder, "adapter", "adapter_model.safetensors"));
    assert.deepEqual(weights(resumed), weights(whole));
  });

test("a run does not go on from another adapter at the same place, nor over another base", async () => {
  const again = await started("second", from("start"), { start: { kind: "reuseOrResume" } });
  assert.equal(
    again.folder,
    (await started("second", from("start"), { start: { kind: "reuseOrResume" } })).folder,
  );
  const path = join(root, "start", "adapter_model.safetensors");
  cpSync(join(fixtures, "adapters", "tuned-tied", "adapter_model.safetensors"), path);
  const other = await started("second", from("start"), { start: { kind: "reuseOrResume" } });
  assert.notEqual(other.folder, again.folder);

  const adapter = join(first.folder, "adapter");
  const file = join(root, "first.mixture.yaml");
  const sha256 = (): string => "another";
  assert.throws(
    () => requireSameBase(adapter, { sha256 }, "model", file),
    /whose files are not those of model/,
  );
  requireSameBase(adapter, openModel(join(root, "model")), "model", file);
});

test("an adapter that does not fit is a fault at its place; full training looks at none", async () => {
  const faults = async (text: string) => {
    const { diagnostics } = await loadExperiment({ file: join(root, "x.mixture.yaml"), text, starter: "" });
    return diagnostics.filter(({ severity }) => severity === "error");
  };
  const text = from("nowhere")(tinyMixture());
  const [fault, ...others] = await faults(text);
  assert.deepEqual(others, []);
  assert.match(fault?.remedy ?? "", /folder that PEFT or Pinch saved/);
  const line = text.split("\n").findIndex(each => each.includes("nowhere"));
  assert.equal(fault?.range.start.line, line);
  assert.deepEqual(await faults(text.replace("method: lora", "method: full")), []);
});
