// Text models of multimodal checkpoints, in the layouts of transformers 4 and 5, against the whole models in PyTorch.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { trainables } from "../../src/graph/nn/weights.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors, readTensorFloat32 } from "../../src/runtime/model/safetensors.ts";
import { adapterNameIn, wrapperNames } from "../../src/runtime/model/textTower.ts";
import { logitsOf } from "./logits.ts";
import { examples, fixtures, json, largestDifference } from "./parity.ts";

/** Written by reference/make_towers.py. */
const folder = join(fixtures, "towers");
const names = readdirSync(folder)
  .filter(file => file.endsWith(".json"))
  .map(file => file.replace(".json", ""));

for (const name of names) {
  const reference = json<{ readonly example: number; readonly adapter: string[] }>(
    join("towers", `${name}.json`),
  );
  const expected = readTensorFloat32(openSafetensors(join(folder, `${name}.safetensors`)), "logits");
  const forms = readdirSync(folder).filter(file => [`${name}-older`, `${name}-newer`].includes(file));
  assert.notEqual(forms.length, 0);
  for (const form of forms) {
    test(`${form}: logits and names of adapters`, async t => {
      const model = openModel(join(folder, form));
      const ids = examples.examples[reference.example]?.ids ?? [];
      const difference = largestDifference(await logitsOf(join(folder, form), ids), expected);
      t.diagnostic(`${form}: largest relative error of logits ${difference.toExponential(1)}`);
      assert.ok(difference < 1e-4, `logits differ by ${difference}`);
      const plan = { kind: "frozen", stored: new Map(), rank: 4, alpha: 8 } as const;
      const adapter = trainables(model.config.decoder, plan).map(slot =>
        adapterNameIn(model.isTower, slot.name),
      );
      assert.deepEqual(adapter.sort(), reference.adapter);
      assert.equal(model.configJson.vision_config, undefined, "an exported model is the text model");
    });
  }
}

test("every kind of multimodal model has a reference", () => {
  const forms = readdirSync(folder).filter(file => /-(?:older|newer)$/.test(file));
  const tested = forms.flatMap(
    form => json<{ readonly architectures: string[] }>(join("towers", form, "config.json")).architectures,
  );
  assert.deepEqual([...new Set(tested)].sort(), [...wrapperNames].sort());
});
