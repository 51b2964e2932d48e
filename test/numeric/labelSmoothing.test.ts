// Label smoothing against transformers' own loss: 20 training steps, whose losses are reported without it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { LossWeight } from "../../src/core/mixture/mixtureFile.ts";
import { openSafetensors } from "../../src/runtime/model/safetensors.ts";
import type { TrainerOptions } from "../../src/runtime/train/trainer.ts";
import { batchOf, fixtures, json, loadAdapter, setup, type TrainingRun, trainAsPyTorch } from "./parity.ts";

interface Training extends TrainingRun {
  readonly model: string;
  readonly method: "lora" | "full";
  readonly lossWeight: LossWeight;
}

const { epsilon, trainings } = json<{ epsilon: number; trainings: readonly Training[] }>(
  "label-smoothing.json",
);
const { microBatches } = json<{ microBatches: number[][][] }>("training-tied.json");
const initial = openSafetensors(join(fixtures, "adapters", "initial", "adapter_model.safetensors"));

async function made(training: Training, more: Pick<TrainerOptions, "smoothing" | "recomputation">) {
  const { model, method, lossWeight } = training;
  const one = await setup(model, method, training, {}, { lossWeight, ...more });
  if (method === "lora") loadAdapter(one.trainer.parameters, initial);
  return one;
}

for (const training of trainings) {
  const { model, method, lossWeight } = training;
  test(`${model}, ${method}, loss by ${lossWeight}: 20 training steps with smoothed labels follow PyTorch`, async t => {
    const one = await made(training, { smoothing: epsilon });
    const worst = await trainAsPyTorch(one, training, microBatches);
    t.diagnostic(`largest relative difference in loss: ${worst.toExponential(2)}`);
    one.folder.remove();
  });
}

test("losses are those without smoothing, of weights that learned with it; layers computed again learn the same", async () => {
  const [training] = trainings as readonly [Training];
  const losses = async (more: Parameters<typeof made>[1]): Promise<number[]> => {
    const one = await made(training, more);
    const results: number[] = [];
    for (const rows of [[0], [1], [2]]) results.push((await one.trainer.step([batchOf(rows)], 0.01)).loss);
    one.folder.remove();
    return results;
  };
  const [plain, smoothed] = [await losses({}), await losses({ smoothing: epsilon })];
  assert.equal(smoothed[0], plain[0]);
  assert.notEqual(smoothed[1], plain[1]);
  assert.deepEqual(await losses({ smoothing: epsilon, recomputation: true }), smoothed);
  assert.deepEqual(await losses({ smoothing: 0 }), plain);
});
