// The step graph with its state inside, on the CPU: the same training as with the optimizer outside.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { WeightPlan } from "../../src/graph/nn/weights.ts";
import { buildBatch, type PackableExample } from "../../src/runtime/data/packing.ts";
import { openModel } from "../../src/runtime/model/modelFolder.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { DeviceTrainer } from "../../src/runtime/train/deviceTrainer.ts";
import { initialiseAdapters, type StepTrainer, Trainer } from "../../src/runtime/train/trainer.ts";

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

for (const method of ["lora", "full"] as const) {
  test(`${method}: losses, norms, parameters and moments of four steps, with a stop in the middle`, async () => {
    const model = openModel(join(fixtures, "models", "tied"));
    const folder = new GraphFolder(model);
    const config = model.config.decoder;
    const plan: WeightPlan =
      method === "full" ? { kind: "full" } : { kind: "frozen", stored: folder.stored, rank: 4, alpha: 8 };
    const make = async (kind: typeof Trainer | typeof DeviceTrainer): Promise<StepTrainer> => {
      const trainer = await kind.create({
        config,
        plan,
        rowLength: examples.rowTokens,
        optimizer,
        device: "cpu",
        store: bytes => folder.write(kind.name, bytes),
      });
      const { parameters } = trainer;
      if (method === "lora") initialiseAdapters(parameters, config, 3);
      else
        for (const { name } of parameters.slots)
          parameters.view(parameters.values, name).set(model.readTensor(name));
      return trainer;
    };
    const expected = await make(Trainer);
    let actual = await make(DeviceTrainer);
    for (const [i, batches] of steps.entries()) {
      if (i === 2) {
        // A new trainer goes on from what the first one left.
        const { values, mean, square, step } = await actual.snapshot();
        const kept = { values: values.slice(), mean: mean.slice(), square: square.slice(), step };
        await actual.release();
        actual = await make(DeviceTrainer);
        await actual.restore(kept);
      }
      const [a, e] = [await actual.step(batches, learningRate), await expected.step(batches, learningRate)];
      assert.ok(Math.abs(a.loss - e.loss) < tolerance * e.loss, `loss ${a.loss}, expected ${e.loss}`);
      assert.ok(
        Math.abs(a.gradientNorm - e.gradientNorm) < tolerance * 10 * e.gradientNorm,
        `norm ${a.gradientNorm}, expected ${e.gradientNorm}`,
      );
      assert.equal(a.responseTokens, e.responseTokens);
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
