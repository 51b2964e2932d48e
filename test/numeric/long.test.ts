// Rows of 8,192 tokens, against PyTorch: loss and gradients of one example and of two, with layers kept and recomputed.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors, readTensorFloat32 } from "../../src/runtime/model/safetensors.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { HostTrainer } from "../../src/runtime/train/hostTrainer.ts";
import { buildBatch } from "../../src/runtime/train/packing.ts";
import { fixtures, json, largestDifference, loadAdapter, relative } from "./parity.ts";

interface Row {
  readonly lengths: readonly number[];
  readonly responseTokens: number;
  readonly loss: number;
  readonly gradientNorm: number;
}

const { length, rows } = json<{ readonly length: number; readonly rows: Record<string, Row> }>("long.json");
const gradients = openSafetensors(join(fixtures, "long.safetensors"));
const adapter = openSafetensors(join(fixtures, "adapters", "random", "adapter_model.safetensors"));

/** As in reference/make_long.py. */
const idsOf = (count: number, example: number): number[] =>
  Array.from({ length: count }, (_, i) => 4 + ((31 * i * i + 17 * i + 7 * example) % 89));

for (const recomputation of [false, true])
  test(`rows of ${length} tokens follow PyTorch${recomputation ? ", with recomputation" : ""}`, async t => {
    const model = openModel(join(fixtures, "models", "tied"));
    const folder = new GraphFolder(model);
    const trainer = await HostTrainer.create({
      config: model.config.decoder,
      plan: folder.frozen({ rank: 4, alpha: 8 }),
      rowLength: length,
      rows: 1,
      recomputation,
      optimizer: { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, clipNorm: 0 },
      device: "cpu",
      store: bytes => folder.write("training", bytes),
    });
    const { parameters } = trainer;
    loadAdapter(parameters, adapter);
    for (const [name, { lengths, ...expected }] of Object.entries(rows)) {
      const examples = lengths.map((count, i) => ({ ids: idsOf(count, i), responseStart: count >> 1 }));
      const batch = buildBatch([examples.map((_, i) => i)], examples, length);
      const found = await trainer.step([batch], 0);
      assert.equal(found.responseTokens, expected.responseTokens);
      const error = relative(found.loss, expected.loss);
      t.diagnostic(`${name}: relative difference in loss ${error.toExponential(1)}`);
      assert.ok(error < 1e-5, `${name}: loss ${found.loss}, PyTorch ${expected.loss}`);
      assert.ok(relative(found.gradientNorm, expected.gradientNorm) < 1e-3, name);
      for (const slot of parameters.slots) {
        const gradient = readTensorFloat32(gradients, `${name}/${slot.name}`);
        const difference = largestDifference(parameters.view(parameters.gradients, slot.name), gradient);
        assert.ok(difference < 1e-3, `${name}: gradient of ${slot.name} differs by ${difference}`);
      }
    }
    await trainer.release();
    folder.remove();
  });
