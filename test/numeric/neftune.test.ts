// Noise on embeddings against transformers' own, and in each way to train: the same wherever a run is stopped.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openSafetensors } from "../../src/runtime/model/safetensors.ts";
import { EmbeddingNoise, noiseOf } from "../../src/runtime/train/embeddingNoise.ts";
import type { TrainerOptions } from "../../src/runtime/train/trainer.ts";
import { batchOf, fixtures, json, loadAdapter, setup, type TrainingRun, trainAsPyTorch } from "./parity.ts";

interface Reference {
  readonly alpha: number;
  readonly seed: number;
  readonly trainings: readonly (TrainingRun & { readonly model: string; readonly method: "lora" | "full" })[];
}

const { alpha, seed, trainings } = json<Reference>("neftune.json");
const { microBatches } = json<{ microBatches: number[][][] }>("training-tied.json");
const initial = openSafetensors(join(fixtures, "adapters", "initial", "adapter_model.safetensors"));
const noise = noiseOf({ neftune: alpha }, seed);

async function made(
  { model, method, settings }: Pick<Reference["trainings"][number], "model" | "method" | "settings">,
  more: Pick<TrainerOptions, "noise" | "recomputation" | "lossWeight">,
) {
  const one = await setup(model, method, { settings, events: [] }, {}, more);
  if (method === "lora") loadAdapter(one.trainer.parameters, initial);
  return one;
}

for (const training of trainings) {
  const { model, method, events } = training;

  test(`${model}, ${method}: 20 training steps with noise follow PyTorch`, async t => {
    const one = await made(training, { noise });
    const worst = await trainAsPyTorch(one, { events }, microBatches);
    t.diagnostic(`largest relative difference in loss: ${worst.toExponential(2)}`);
    one.folder.remove();
  });
}

const [lora, full] = trainings as readonly [(typeof trainings)[number], (typeof trainings)[number]];
const steps = [[batchOf([0]), batchOf([1])], [batchOf([2])], [batchOf([3]), batchOf([0])]];

/** Losses of the steps, and the bits of the parameters that they end at. */
async function trained(one: Awaited<ReturnType<typeof made>>, from = 0) {
  const losses: number[] = [];
  for (const step of steps.slice(from)) losses.push((await one.trainer.step(step, 0.01)).loss);
  const { values } = one.trainer.parameters;
  return { losses, values: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex") };
}

for (const training of [lora, full])
  test(`${training.method}: noise counts with recomputed layers and with losses by example, and repeats after a stop`, async () => {
    for (const lossWeight of ["token", "example"] as const) {
      const kept = await made(training, { noise, lossWeight });
      const whole = await trained(kept);
      const recomputed = await made(training, { noise, lossWeight, recomputation: true });
      assert.deepEqual(await trained(recomputed), whole);
      const none = await made(training, { lossWeight });
      const without = await trained(none);
      for (const [i, loss] of whole.losses.entries()) assert.notEqual(loss, without.losses[i]);

      const stopped = await made(training, { noise, lossWeight });
      await stopped.trainer.step(steps[0] ?? [], 0.01);
      const resumed = await made(training, { noise, lossWeight });
      await resumed.trainer.restore(await stopped.trainer.snapshot());
      const rest = await trained(resumed, 1);
      assert.deepEqual(rest, { ...whole, losses: whole.losses.slice(1) });
      for (const { folder } of [kept, recomputed, none, stopped, resumed]) folder.remove();
    }
  });

test("noise fills its bound by the length of each example, differs from step to step, and leaves padding alone", () => {
  const [batch, hiddenSize] = [batchOf([0]), 32];
  const source = new EmbeddingNoise(noise, hiddenSize);
  const of = (step: number, part: number) =>
    Float32Array.from(source.feeds(batch, step, part).embeddingNoise?.data as Float32Array);
  const values = of(1, 0);
  assert.deepEqual(of(1, 0), values);
  assert.notDeepEqual(of(2, 0), values);
  assert.notDeepEqual(of(1, 1), values);
  const lengths = new Map<number, number>();
  for (const segment of batch.segments) lengths.set(segment, (lengths.get(segment) ?? 0) + 1);
  assert.ok(lengths.size > 2, "a row of several examples, with padding");
  for (const [segment, length] of lengths) {
    const own = values.filter((_, i) => batch.segments[Math.floor(i / hiddenSize)] === segment);
    const most = own.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
    const bound = segment === 0 ? 0 : alpha / Math.sqrt(length * hiddenSize);
    assert.ok(most <= Math.fround(bound) && most >= 0.95 * bound, `${most} of ${bound}`);
  }
});
