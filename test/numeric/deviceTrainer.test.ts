// The step graph with its state inside, on the CPU: the same training as with the optimizer outside.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { statePieces } from "../../src/graph/nn/deviceStep.ts";
import { type AdapterShape, isMagnitude, type WeightPlan } from "../../src/graph/nn/weights.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { DeviceTrainer } from "../../src/runtime/train/deviceTrainer.ts";
import { noiseOf } from "../../src/runtime/train/embeddingNoise.ts";
import { HostTrainer } from "../../src/runtime/train/hostTrainer.ts";
import { initialiseAdapters } from "../../src/runtime/train/initialise.ts";
import { buildBatch, type PackableExample } from "../../src/runtime/train/packing.ts";
import type { StepResult, StepTrainer, TrainerOptions } from "../../src/runtime/train/trainer.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const examples = JSON.parse(readFileSync(join(fixtures, "examples.json"), "utf8")) as {
  rowTokens: number;
  rows: number[][];
  examples: PackableExample[];
};
const batch = (...rows: number[]) =>
  buildBatch(
    rows.map(row => examples.rows[row] ?? []),
    examples.examples,
    examples.rowTokens,
  );
/** Steps of one, two and three micro-batches. */
const steps = [[batch(0)], [batch(1), batch(2)], [batch(0, 1), batch(3), batch(2)], [batch(3)]];
const optimizer = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.1, clipNorm: 0.5 } as const;
const learningRate = 0.02;

/** Both trainers add the same numbers in another order: float32 keeps 7 digits, four steps lose two. */
const tolerance = 1e-5;

function largestDifference(actual: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return actual.reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[i] ?? Number.NaN))), 0) / scale;
}

type Method = "lora" | "full";

/** A folder with the model, and trainers of either kind over it that start alike. */
function setup(
  name: string,
  method: Method,
  lora: Partial<AdapterShape> = {},
  more: Pick<TrainerOptions, "lossWeight" | "noise" | "dropout" | "smoothing"> = {},
) {
  const model = openModel(join(fixtures, "models", name));
  const folder = new GraphFolder(model);
  const config = model.config.decoder;
  const plan: WeightPlan =
    method === "full" ? { kind: "full" } : folder.frozen({ rank: 4, alpha: 8, ...lora });
  const options = {
    config,
    plan,
    rowLength: examples.rowTokens,
    optimizer,
    ...more,
    device: "cpu",
    store: (bytes: Uint8Array) => folder.write("training", bytes),
  } as const;
  const start = <T extends StepTrainer>(trainer: T): T => {
    const { parameters } = trainer;
    if (method === "lora") {
      initialiseAdapters(parameters, 3);
      for (const { name } of parameters.slots)
        if (isMagnitude(name)) parameters.view(parameters.values, name).fill(1.5);
    } else
      for (const slot of parameters.slots)
        parameters.view(parameters.values, slot.name).set(model.readTensor(slot.name));
    return trainer;
  };
  return {
    folder,
    outside: async () => start(await HostTrainer.create(options)),
    inside: async (float16?: boolean) => start(await DeviceTrainer.create(options, float16)),
  };
}

function assertClose(actual: StepResult, expected: StepResult): void {
  const differs = (a: number, b: number): number => Math.abs(a / b - 1);
  assert.ok(
    differs(actual.loss, expected.loss) < tolerance,
    `loss ${actual.loss}, expected ${expected.loss}`,
  );
  assert.ok(
    differs(actual.gradientNorm, expected.gradientNorm) < 10 * tolerance,
    `norm ${actual.gradientNorm}, expected ${expected.gradientNorm}`,
  );
  assert.equal(actual.responseTokens, expected.responseTokens);
}

for (const [name, method, lora, more] of [
  ["lora", "lora", {}, {}],
  ["full", "full", {}, {}],
  ["loss by example", "lora", {}, { lossWeight: "example" }],
  ["B at 3 times the rate", "lora", { plusRatio: 3 }, {}],
  ["noise on embeddings", "full", {}, { noise: noiseOf({ neftune: 5 }, 7) }],
  ["smoothed labels", "lora", {}, { smoothing: 0.1 }],
  ["dropout", "lora", {}, { dropout: { rate: 0.3, seed: 7 } }],
  ["DoRA", "lora", { dora: true }, {}],
] as const) {
  test(`${name}: losses, norms, parameters and moments of four steps, with a stop in the middle`, async () => {
    const { folder, outside, inside } = setup("tied", method, lora, more);
    const expected = await outside();
    let actual = await inside();
    for (const [i, batches] of steps.entries()) {
      if (i === 2) {
        // A new trainer goes on from what the first one left.
        const { values, mean, square, step } = await actual.snapshot();
        const kept = { values: values.slice(), mean: mean.slice(), square: square.slice(), step };
        await actual.release();
        actual = await inside();
        await actual.restore(kept);
      }
      assertClose(await actual.step(batches, learningRate), await expected.step(batches, learningRate));
    }
    const [a, e] = [await actual.snapshot(), await expected.snapshot()];
    assert.equal(a.step, steps.length);
    for (const part of ["values", "mean", "square"] as const) {
      const difference = largestDifference(a[part], e[part]);
      assert.ok(difference < 10 * tolerance, `${part} differ by ${difference}`);
    }
    await actual.release();
    await expected.release();
    folder.remove();
  });
}

for (const side of ["outside", "inside"] as const) {
  test(`a stop between two micro-batches, state ${side} the graph: it is that of the step before, to the last bit`, async () => {
    const { folder, ...made } = setup("tied", "lora");
    const [stopped, undisturbed] = [await made[side](), await made[side]()];
    const bitsOf = async (trainer: StepTrainer): Promise<unknown> => {
      const { values, mean, square, step } = await trainer.snapshot();
      return [...[values, mean, square].map(part => Buffer.from(part.buffer).toString("hex")), step];
    };
    const [first = [], second = [], third = []] = steps;
    for (const trainer of [stopped, undisturbed]) await trainer.step(first, learningRate);
    let looks = 0;
    const signal = {
      throwIfAborted() {
        if (++looks === third.length) throw new Error("stopped");
      },
    } as AbortSignal;
    await assert.rejects(stopped.step(third, learningRate, signal), /stopped/);
    assert.deepEqual(await bitsOf(stopped), await bitsOf(undisturbed));
    for (const trainer of [stopped, undisturbed]) await trainer.step(second, learningRate);
    assert.deepEqual(await bitsOf(stopped), await bitsOf(undisturbed));
    await stopped.release();
    await undisturbed.release();
    folder.remove();
  });
}

for (const [name, float16] of [
  ["tied-f16", true],
  ["tied-f16", false],
  ["tied-bf16", undefined],
] as const) {
  const way = float16 === true ? "kept and widened where it is used" : "widened when the graph is loaded";
  test(`${name}, ${way}, trains alike`, async () => {
    const { folder, outside, inside } = setup(name, "lora");
    const [expected, actual] = [await outside(), await inside(float16)];
    for (const batches of steps.slice(0, 2))
      assertClose(await actual.step(batches, learningRate), await expected.step(batches, learningRate));
    await actual.release();
    await expected.release();
    folder.remove();
  });
}

test("pieces hold every parameter once, matrices apart from vectors, rates apart, none too large to bind", () => {
  const trained = [
    { name: "a", shape: [3, 5] },
    { name: "norm", shape: [7] },
    { name: "large", shape: [1 << 13, 1 << 12] }, // larger than the limit of a shared piece
    { name: "b", shape: [1 << 12, 1 << 11] },
    { name: "c", shape: [1 << 12, 1 << 11] },
    { name: "fast", shape: [2, 2], rate: 4 },
  ];
  const shown = statePieces(trained).map(({ slots, ...piece }) => ({
    slots: slots.map(({ name, at }) => `${name}@${at}`),
    ...piece,
  }));
  assert.deepEqual(shown, [
    { slots: ["a@0"], size: 1024, decays: true, rate: 1 },
    { slots: ["large@0"], size: 1 << 25, decays: true, rate: 1 },
    { slots: ["b@0", `c@${1 << 23}`], size: 1 << 24, decays: true, rate: 1 },
    { slots: ["fast@0"], size: 1024, decays: true, rate: 4 },
    { slots: ["norm@0"], size: 1024, decays: false, rate: 1 },
  ]);
});
