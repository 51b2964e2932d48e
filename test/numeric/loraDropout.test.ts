// Dropout on adapters in each way to train, the masks that it draws, and what it leaves alone. Its values and
// gradients are compared with PEFT's in adapterSettings.test.ts.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { scoringGraph, trainingGraph } from "../../src/graph/nn/training.ts";
import { encodeModel } from "../../src/graph/onnx/encode.ts";
import { openSafetensors } from "../../src/runtime/model/safetensors.ts";
import { DropoutMasks, type DropoutOptions } from "../../src/runtime/train/dropoutMasks.ts";
import type { TrainerOptions } from "../../src/runtime/train/trainer.ts";
import { batchOf, fixtures, loadAdapter, setup } from "./parity.ts";

const dropout: DropoutOptions = { rate: 0.3, seed: 7 };
// B is not zero, or the first step would not depend on what the adapters see.
const start = openSafetensors(join(fixtures, "adapters", "random", "adapter_model.safetensors"));

async function made(more: Pick<TrainerOptions, "dropout" | "recomputation" | "lossWeight">) {
  const one = await setup("models/tied", "lora", null, {}, more);
  loadAdapter(one.trainer.parameters, start);
  return one;
}

const steps = [[batchOf([0]), batchOf([1])], [batchOf([2])], [batchOf([3]), batchOf([0])]];

/** Losses of the steps, and the bits of the parameters that they end at. */
async function trained(one: Awaited<ReturnType<typeof made>>, from = 0) {
  const losses: number[] = [];
  for (const step of steps.slice(from)) losses.push((await one.trainer.step(step, 0.01)).loss);
  const { values } = one.trainer.parameters;
  return { losses, values: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex") };
}

test("the same elements are dropped in layers that are computed again, and after a stop", async () => {
  for (const lossWeight of ["token", "example"] as const) {
    const kept = await made({ dropout, lossWeight });
    const whole = await trained(kept);
    const recomputed = await made({ dropout, lossWeight, recomputation: true });
    assert.deepEqual(await trained(recomputed), whole);
    const none = await made({ lossWeight });
    const without = await trained(none);
    for (const [i, loss] of whole.losses.entries()) assert.notEqual(loss, without.losses[i]);

    const stopped = await made({ dropout, lossWeight });
    await stopped.trainer.step(steps[0] ?? [], 0.01);
    const resumed = await made({ dropout, lossWeight });
    await resumed.trainer.restore(await stopped.trainer.snapshot());
    assert.deepEqual(await trained(resumed, 1), { ...whole, losses: whole.losses.slice(1) });
    for (const { folder } of [kept, recomputed, none, stopped, resumed]) folder.remove();
  }
});

test("without dropout, graphs are those without the setting; scoring has no masks", async () => {
  const { config, plan, folder } = await made({});
  const bytesOf = (options: Parameters<typeof trainingGraph>[3]) =>
    Buffer.from(encodeModel(trainingGraph(config, plan, 24, options), "graph")).toString("base64");
  assert.equal(bytesOf({ dropout: 0 }), bytesOf({}));
  assert.notEqual(bytesOf({ dropout: 0.3 }), bytesOf({}));
  const masked = trainingGraph(config, plan, 24, { dropout: 0.3 }).inputs.map(({ name }) => name);
  assert.equal(
    masked.filter(name => name.startsWith("dropout:")).length,
    21,
    "of seven layers in three blocks",
  );
  const inputs = scoringGraph(config, plan, 24).inputs.map(({ name }) => name);
  assert.ok(inputs.every(name => !name.startsWith("dropout:")));
  folder.remove();
});

test("masks drop their share, and each layer, step, micro-batch and seed other elements", async () => {
  const { config, plan, folder } = await made({});
  const tokens = 4096;
  const bitsOf = (options: DropoutOptions, step: number, part: number): Map<string, Uint8Array> =>
    new Map(
      Object.entries(new DropoutMasks(options, config, plan).feeds(tokens, step, part)).map(
        ([name, mask]) => [
          name,
          Uint8Array.from(
            { length: 8 * mask.size },
            (_, i) => ((mask.data[i >> 3] as number) >> (i & 7)) & 1,
          ),
        ],
      ),
    );
  /** Deviations of a binomial count from its mean, in its standard deviations. */
  const deviation = (found: number, of: number, share: number): number =>
    Math.abs(found - of * share) / Math.sqrt(of * share * (1 - share));
  const both = (a: Uint8Array, b: Uint8Array): number =>
    a.reduce((sum, bit, i) => sum + (bit & (b[i] ?? 0)), 0);

  for (const rate of [0.05, 0.3, 0.5, 1 - 2 ** -10]) {
    const masks = bitsOf({ rate, seed: 7 }, 1, 0);
    for (const [name, bits] of masks) {
      const dropped = bits.reduce((sum, bit) => sum + bit, 0);
      assert.ok(deviation(dropped, bits.length, rate) < 4.5, `${name}: ${dropped / bits.length} of ${rate}`);
      const neighbours = both(bits.subarray(0, -1), bits.subarray(1));
      assert.ok(deviation(neighbours, bits.length - 1, rate ** 2) < 4.5 / (1 - rate), name);
    }
  }
  const here = bitsOf(dropout, 1, 0);
  assert.deepEqual(bitsOf(dropout, 1, 0), here);
  const [first, second] = [...here.values()] as [Uint8Array, Uint8Array];
  const others = [bitsOf(dropout, 2, 0), bitsOf(dropout, 1, 1), bitsOf({ ...dropout, seed: 8 }, 1, 0)];
  for (const other of [second, ...others.map(masks => masks.values().next().value as Uint8Array)])
    assert.ok(deviation(both(first, other), first.length, dropout.rate ** 2) < 4.5);
  folder.remove();
});
