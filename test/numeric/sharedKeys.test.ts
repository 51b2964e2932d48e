// Layers that attend to the keys and values of an earlier one, and parts of a model that are not trained: Gemma 4.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { bytesPerPlace } from "../../src/runtime/generation/keyValueCache.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors } from "../../src/runtime/model/safetensors.ts";
import { bitsOf } from "../../src/runtime/ort/graphFolder.ts";
import { batchOf, fixtures, largestDifference, loadAdapter, setup } from "./parity.ts";

const model = join("architectures", "gemma4");
const opened = openModel(join(fixtures, model));

async function trained(method: "lora" | "full", recomputation: boolean) {
  const one = await setup(model, method, null, { rank: 2, alpha: 4 }, { recomputation });
  const { parameters } = one.trainer;
  if (method === "lora") loadAdapter(parameters, openSafetensors(join(fixtures, `${model}.safetensors`)));
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await one.trainer.step([batchOf([0, 1])], 1e-2)).loss);
  await one.trainer.release();
  one.folder.remove();
  return { parameters, losses };
}

for (const method of ["lora", "full"] as const)
  test(`${method}: recomputation changes neither losses nor gradients`, async () => {
    const [kept, again] = [await trained(method, false), await trained(method, true)];
    assert.ok((kept.losses[2] ?? 9) < (kept.losses[0] ?? 0), "it learns");
    for (const [i, loss] of kept.losses.entries())
      assert.ok(Math.abs((again.losses[i] as number) - loss) < 1e-6 * loss, `step ${i + 1}`);
    const difference = largestDifference(again.parameters.gradients, kept.parameters.gradients);
    assert.ok(difference < 1e-4, `gradients differ by ${difference}`);
  });

test("factors of layers keep their values in full training", async () => {
  const { parameters } = await trained("full", false);
  const factors = parameters.slots.filter(({ name }) => name.endsWith(".layer_scalar"));
  assert.equal(factors.length, 4);
  for (const { name } of factors)
    assert.deepEqual(parameters.view(parameters.values, name), opened.readTensor(name), name);
  const norm = "model.layers.0.input_layernorm.weight";
  assert.notDeepEqual(parameters.view(parameters.values, norm), opened.readTensor(norm));
});

test("a cache holds the keys and values of layers that have their own", () => {
  // Two of four layers: keys and values of 2 heads of 8 values, and of 1 head of 12.
  assert.equal(bytesPerPlace(opened.config.decoder), 4 * 2 * (2 * 8 + 12));
});

test("int8 and int4 leave the table of per-layer inputs in the model's file", () => {
  for (const base of ["int8", "int4"] as const) {
    const bits = bitsOf(opened, base);
    assert.ok(bits.has("model.embed_tokens.weight"));
    assert.ok(!bits.has("model.embed_tokens_per_layer.weight"));
    assert.ok(bits.has("model.per_layer_model_projection.weight"));
  }
});
