// The loss of a step averaged by token and by example: against scores of each example alone, and finite differences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { LossWeight } from "../../src/core/mixture/mixtureFile.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { HostTrainer } from "../../src/runtime/train/hostTrainer.ts";
import { initialiseAdapters } from "../../src/runtime/train/initialise.ts";
import { buildBatch, lossTokensOf, type PackableExample } from "../../src/runtime/train/packing.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const { rowTokens, examples } = JSON.parse(readFileSync(join(fixtures, "examples.json"), "utf8")) as {
  rowTokens: number;
  examples: PackableExample[];
};
const model = openModel(join(fixtures, "models", "tied"));
const folder = new GraphFolder(model);
after(() => folder.remove());

/** As many as fit into two rows, of different lengths. */
const chosen = examples.slice(0, 4);
const batch = (...indices: number[]) =>
  buildBatch(
    indices.map(index => [index]),
    chosen,
    rowTokens,
  );

async function trainer(lossWeight: LossWeight): Promise<HostTrainer> {
  const config = model.config.decoder;
  const made = await HostTrainer.create({
    config,
    plan: folder.frozen({ rank: 4, alpha: 8 }),
    rowLength: rowTokens,
    lossWeight,
    optimizer: { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, clipNorm: 0 },
    device: "cpu",
    store: bytes => folder.write("training", bytes),
  });
  initialiseAdapters(made.parameters, 3);
  // B is zero at the start, and gradients of A with it.
  made.parameters.values.forEach((x, i, values) => {
    if (x === 0) values[i] = 0.02 * Math.sin(i);
  });
  return made;
}

/** Loss and gradients at the first parameters: a rate of 0 changes none. */
async function at(made: HostTrainer, ...batches: ReturnType<typeof batch>[]) {
  const { loss } = await made.step(batches, 0);
  return { loss, gradients: made.parameters.gradients.slice() };
}

function assertSame(actual: Float32Array, expected: readonly number[]): void {
  const largest = Math.max(...expected.map(Math.abs));
  assert.ok(largest > 0);
  const off = Math.max(...expected.map((x, i) => Math.abs(x - (actual[i] as number))));
  assert.ok(off < 1e-5 * largest, `gradients differ by ${off} of ${largest}`);
}

test("by example it is the mean of the examples' own means, by token of their tokens", async () => {
  const [byToken, byExample] = [await trainer("token"), await trainer("example")];
  const tokens = chosen.map(lossTokensOf);
  assert.ok(new Set(tokens).size > 1, "examples of one length would not tell the two apart");
  const alone: Awaited<ReturnType<typeof at>>[] = [];
  for (const index of chosen.keys()) alone.push(await at(byToken, batch(index)));
  for (const [made, weights] of [
    [byToken, tokens.map(count => count / tokens.reduce((sum, each) => sum + each, 0))],
    [byExample, chosen.map(() => 1 / chosen.length)],
  ] as const) {
    const mean = (of: (index: number) => number): number =>
      weights.reduce((sum, weight, index) => sum + weight * of(index), 0);
    const loss = mean(index => alone[index]?.loss ?? Number.NaN);
    const gradients = Array.from({ length: made.parameters.size }, (_, i) =>
      mean(index => alone[index]?.gradients[i] ?? Number.NaN),
    );
    // In one micro-batch, and in two of unequal numbers of examples.
    for (const batches of [[batch(0, 1, 2, 3)], [batch(0, 1, 2), batch(3)]]) {
      const together = await at(made, ...batches);
      assert.ok(Math.abs(together.loss - loss) < 1e-5 * loss, `${together.loss} for ${loss}`);
      assertSame(together.gradients, gradients);
    }
  }
  await byToken.release();
  await byExample.release();
});

test("its gradient is the slope of the loss", async () => {
  const made = await trainer("example");
  const { gradients } = await at(made, batch(0, 1), batch(2, 3));
  const { values } = made.parameters;
  // Along the gradient itself, where float32 losses differ enough to be compared.
  const norm = Math.hypot(...gradients);
  const step = 0.02;
  const moved = async (sign: number): Promise<number> => {
    const kept = values.slice();
    values.forEach((x, i) => {
      values[i] = x + (sign * step * (gradients[i] as number)) / norm;
    });
    const { loss } = await at(made, batch(0, 1), batch(2, 3));
    values.set(kept);
    return loss;
  };
  const slope = ((await moved(1)) - (await moved(-1))) / (2 * step);
  assert.ok(Math.abs(slope / norm - 1) < 0.01, `slope ${slope}, gradient ${norm}`);
  await made.release();
});
