// Each setting of LoRA against PEFT: 20 training steps, the adapter that they end at, and its configuration.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { defaultTraining } from "../../src/core/mixture/defaults.ts";
import type { TrainingSpec } from "../../src/core/mixture/mixtureFile.ts";
import { trainables } from "../../src/graph/nn/weights.ts";
import { openSafetensors, readTensorFloat32 } from "../../src/runtime/model/safetensors.ts";
import { readAdapterConfig, readParameters, writeAdapter } from "../../src/runtime/train/adapterFiles.ts";
import { dropoutOf } from "../../src/runtime/train/dropoutMasks.ts";
import { initialiseMagnitudes } from "../../src/runtime/train/magnitudes.ts";
import { Parameters } from "../../src/runtime/train/parameters.ts";
import {
  assertTuned,
  fixtures,
  type Greedy,
  greedyAgrees,
  json,
  loadAdapter,
  setup,
  type TrainingRun,
  trainAsPyTorch,
} from "./parity.ts";

interface Reference {
  readonly model: string;
  readonly dropoutSeed: number;
  readonly settings: Readonly<
    Record<
      string,
      TrainingRun & { readonly configuration: Readonly<Record<string, unknown>>; readonly greedy?: Greedy[] }
    >
  >;
}

/** The settings of the reference in the words of the mixture file. */
const settings: Readonly<Record<string, Partial<TrainingSpec["lora"]>>> = {
  "two kinds of layers": { targets: ["q_proj", "v_proj"] },
  "one layer": { targets: ["layers.1.mlp.up_proj", "1.*.gate*"] },
  rslora: { scaling: "rslora" },
  "LoRA+ with weight decay": { plusRatio: 4 },
  dropout: { dropout: 0.1 },
  DoRA: { dora: true },
  "DoRA with LoRA+, rslora and dropout": { dora: true, plusRatio: 4, scaling: "rslora", dropout: 0.1 },
};

const reference = json<Reference>("adapter-settings.json");
const { microBatches } = json<{ microBatches: number[][][] }>("training-tied.json");
const tuned = openSafetensors(join(fixtures, "adapter-settings.safetensors"));
const initial = openSafetensors(join(fixtures, "adapters", "initial", "adapter_model.safetensors"));
const folder = mkdtempSync(join(tmpdir(), "pinch-adapters-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const sorted = (value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value);

test("every setting of the reference is tried", () => {
  assert.deepEqual(Object.keys(settings), Object.keys(reference.settings));
});

for (const [name, setting] of Object.entries(settings)) {
  const expected = reference.settings[name] as Reference["settings"][string];

  test(`${name}: 20 training steps follow PEFT, and its configuration is PEFT's`, async t => {
    const lora = { ...defaultTraining.lora, rank: 4, alpha: 8, ...setting };
    const dropout = dropoutOf({ method: "lora", lora }, reference.dropoutSeed);
    const one = await setup(reference.model, "lora", expected, setting, { dropout });
    const { parameters } = one.trainer;
    loadAdapter(parameters, initial);
    const { config, plan, folder: graphs } = one;
    await initialiseMagnitudes({ config, plan, store: bytes => graphs.write("norms", bytes) }, parameters);
    const worst = await trainAsPyTorch(one, expected, microBatches);
    t.diagnostic(`largest relative difference in loss: ${worst.toExponential(2)}`);
    assertTuned(parameters, parameter => readTensorFloat32(tuned, `${name}/${parameter}`));
    await greedyAgrees(one, expected.greedy ?? []);
    const count = [...tuned.entries.keys()].filter(key => key.startsWith(`${name}/`)).length;
    assert.equal(parameters.slots.length, count, "nothing else is trained");

    const written = join(folder, name);
    writeAdapter(written, parameters, one.config, { lora }, "", false);
    const own = JSON.parse(readFileSync(join(written, "adapter_config.json"), "utf8")) as object;
    for (const [key, value] of Object.entries(own))
      assert.deepEqual(sorted(value), expected.configuration[key], key);
    for (const [key, value] of Object.entries(expected.configuration))
      if (value === true) assert.ok(key in own, `${key} is left out`);
    const asRead = graphs.frozen(readAdapterConfig(written));
    const read = new Parameters(trainables(config, asRead));
    readParameters(written, read);
    assert.deepEqual(read.feeds, parameters.feeds, "read as it was trained");
    graphs.remove();
  });
}
