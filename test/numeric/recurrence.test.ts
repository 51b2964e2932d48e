// Layers that keep a state instead of keys and values: examples of a row don't see each other, whichever way back.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { layerStates } from "../../src/graph/nn/layerStates.ts";
import { score } from "../../src/runtime/generation/likelihood.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { buildBatch } from "../../src/runtime/train/packing.ts";
import { examples, fixtures, largestDifference, relative, setup } from "./parity.ts";

const models = ["lfm2", "qwen3_5"];
const adapters = { rank: 2, alpha: 4 };
/** Rows of the same examples: together, and each alone. */
const together = [
  [0, 1, 2],
  [3, 4],
];
const alone = together.flat().map(example => [example]);

async function stepOf(model: string, method: "full" | "lora", rows: number[][], recomputation = false) {
  const one = await setup(join("architectures", model), method, null, adapters, { recomputation });
  const { parameters } = one.trainer;
  // PEFT's zeros would leave no gradient of A
  for (const { name } of parameters.slots)
    if (name.includes("lora_"))
      parameters.view(parameters.values, name).forEach((_, i, values) => {
        values[i] = 0.2 * Math.sin(7 * i + name.length);
      });
  const batch = buildBatch(rows, examples.examples, examples.rowTokens);
  const { loss } = await one.trainer.step([batch], 0);
  const gradients = parameters.slots.map(slot => ({
    name: slot.name,
    values: parameters.view(parameters.gradients, slot.name).slice(),
  }));
  one.folder.remove();
  return { loss, gradients };
}

for (const model of models) {
  for (const method of ["lora", "full"] as const)
    test(`${model}, ${method}: loss and gradients of packed examples are those of each alone`, async () => {
      const packed = await stepOf(model, method, together);
      const separate = await stepOf(model, method, alone);
      assert.ok(relative(packed.loss, separate.loss) < 1e-5, `${packed.loss}, ${separate.loss}`);
      for (const [i, { name, values }] of packed.gradients.entries()) {
        const difference = largestDifference(values, separate.gradients[i]?.values as Float32Array);
        assert.ok(difference < 1e-4, `${name} differs by ${difference}`);
      }
    });

  test(`${model}: layers that are computed again have the same gradients`, async () => {
    const kept = await stepOf(model, "lora", together);
    assert.deepEqual(await stepOf(model, "lora", together, true), kept);
  });

  test(`${model}: the likelihood of a response is the same in a row of several`, async () => {
    const opened = openModel(join(fixtures, "architectures", model));
    const folder = new GraphFolder(opened);
    const options = {
      config: opened.config.decoder,
      plan: folder.frozen(),
      parameters: {},
      device: "cpu",
      store: (bytes: Uint8Array) => folder.write("scoring", bytes),
    } as const;
    const { signal } = new AbortController();
    const texts = examples.examples
      .slice(0, 6)
      .map(({ ids, responseStart }) => ({ ids: [...ids], responseStart }));
    const packed = await score(texts, options, signal, () => {});
    for (const [i, text] of texts.entries()) {
      const [single] = await score([text], options, signal, () => {});
      assert.ok(relative(packed[i]?.nll ?? 0, single?.nll ?? 1) < 1e-5, `example ${i}`);
    }
    folder.remove();
  });

  test(`${model} has layers with a state, and layers with attention`, () => {
    const { decoder } = openModel(join(fixtures, "architectures", model)).config;
    const recurrent = decoder.attention.filter(({ instead }) => instead !== undefined).length;
    assert.ok(recurrent > 0 && recurrent < decoder.layers);
    assert.ok(layerStates(decoder).length >= recurrent);
  });
}
