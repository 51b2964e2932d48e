// Which layers the adapter of a multimodal model names: those of the text tower that were trained, and no others.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { defaultTraining } from "../../../src/core/mixture/defaults.ts";
import { adaptedLayers } from "../../../src/graph/nn/adapterLayers.ts";
import { llamaDecoder } from "../../../src/graph/nn/architectures/llama.ts";
import { linearLayers } from "../../../src/graph/nn/decoderWeights.ts";
import { trainables } from "../../../src/graph/nn/weights.ts";
import { readAdapterConfig, writeAdapter } from "../../../src/runtime/train/adapterFiles.ts";
import { Parameters } from "../../../src/runtime/train/parameters.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const sizes = {
  hiddenSize: 8,
  intermediateSize: 12,
  layers: 12,
  heads: 2,
  kvHeads: 1,
  headSize: 4,
  vocabularySize: 263,
  tiedEmbeddings: true,
};
const config = llamaDecoder(sizes, 1e-5, { theta: 10_000, interleaved: false, scaling: null });

for (const targets of ["all-linear", ["q_proj", "mlp.up_proj"], ["layers.1.*"]] as const)
  test(`adapters on ${String(targets)} of a text tower`, () => {
    const folder = temporaryFolder();
    const lora = { ...defaultTraining.lora, rank: 2, alpha: 4, targets };
    const parameters = new Parameters(trainables(config, { kind: "frozen", stored: new Map(), ...lora }));
    writeAdapter(folder, parameters, config, { lora }, "", true);
    const { target_modules: pattern } = JSON.parse(
      readFileSync(join(folder, "adapter_config.json"), "utf8"),
    ) as { readonly target_modules: string };
    const whole = new RegExp(`^(?:${pattern})$`); // as PEFT matches, with re.fullmatch
    const trained = adaptedLayers(config, targets).map(({ name }) => name);
    const found = linearLayers(config).filter(({ name }) =>
      whole.test(name.replace("model.", "model.language_model.")),
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      trained,
    );
    for (const { name } of linearLayers(config))
      assert.doesNotMatch(name.replace("model.", "model.vision_tower."), whole);
    const read = readAdapterConfig(folder);
    assert.deepEqual(
      adaptedLayers(config, read.targets).map(({ name }) => name),
      trained,
    );
  });
