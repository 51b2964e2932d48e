// What may change how a step is computed but not what it computes: checkpointing, and rows that fill a batch up.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { seededRandom } from "../../src/common/random.ts";
import type { AdapterTargets } from "../../src/graph/nn/adapterLayers.ts";
import { trainingGraph } from "../../src/graph/nn/training.ts";
import { trainables } from "../../src/graph/nn/weights.ts";
import { encodeModel } from "../../src/graph/onnx/encode.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { float32Of, Session, tensor } from "../../src/runtime/ort/session.ts";
import { HostTrainer } from "../../src/runtime/train/hostTrainer.ts";
import { initialiseAdapters } from "../../src/runtime/train/initialise.ts";
import { buildBatch, filledUp, keyStartsOf, type PackableExample } from "../../src/runtime/train/packing.ts";
import { Parameters } from "../../src/runtime/train/parameters.ts";
import { batchFeeds } from "../../src/runtime/train/trainer.ts";
import { tinyConfig, writeTinyModel } from "../unit/model/tinyModel.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-training-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const rowLength = 32;
const random = seededRandom("training batch");
const examples: PackableExample[] = [20, 11, 30, 8].map(length => ({
  ids: Array.from({ length }, () => Math.floor(random() * tinyConfig.vocab_size)),
  responseStart: 4,
}));

interface Result {
  readonly losses: readonly number[];
  readonly gradients: Float32Array;
  readonly values: Float32Array;
}

/** Three steps over the same rows, in a graph for `rows` of them. */
async function trained(
  rows: number,
  recomputation: boolean,
  targets: AdapterTargets = "all-linear",
): Promise<Result> {
  const model = openModel(writeTinyModel());
  const graphs = new GraphFolder(model);
  try {
    const trainer = await HostTrainer.create({
      config: model.config.decoder,
      plan: graphs.frozen({ rank: 4, alpha: 8, targets }),
      rowLength,
      rows,
      recomputation,
      optimizer: { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 },
      device: "cpu",
      store: bytes => graphs.write("training", bytes),
    });
    initialiseAdapters(trainer.parameters, 1);
    const batch = buildBatch(filledUp([[0, 1], [2]], rows), examples, rowLength);
    const losses: number[] = [];
    for (let step = 0; step < 3; step++) losses.push((await trainer.step([batch], 1e-2)).loss);
    const { gradients, values } = trainer.parameters;
    const result = { losses, gradients: gradients.slice(), values: values.slice() };
    await trainer.release();
    return result;
  } finally {
    graphs.remove();
  }
}

test("recomputation changes no bit of losses, gradients or adapters", async () => {
  const [kept, again] = [await trained(2, false), await trained(2, true)];
  assert.ok((kept.losses[2] ?? 9) < (kept.losses[0] ?? 0), "it learns");
  assert.ok(kept.gradients.some(x => x !== 0));
  assert.deepEqual(again, kept);
});

test("recomputation of layers without adapters changes no bit either", async () => {
  const targets = ["layers.1.*.k_proj", "layers.1.mlp.*"];
  const [kept, again] = [await trained(2, false, targets), await trained(2, true, targets)];
  assert.ok(kept.gradients.some(x => x !== 0));
  assert.deepEqual(again, kept);
});

test("rows without examples add nothing to loss and gradients", async () => {
  const [exact, filled] = [await trained(2, false), await trained(5, false)];
  for (const [i, loss] of exact.losses.entries())
    assert.ok(
      Math.abs((filled.losses[i] as number) - loss) <= 1e-6 * loss,
      `step ${i + 1}: ${filled.losses[i]} for ${loss}`,
    );
  const largest = Math.max(...exact.values.map(Math.abs));
  const off = Math.max(...exact.values.map((x, i) => Math.abs(x - (filled.values[i] as number))));
  assert.ok(off <= 1e-5 * largest, `adapters differ by ${off} of ${largest}`);
});

test("keys before a block's first example change nothing, and those of its own do", async () => {
  const model = openModel(writeTinyModel());
  const graphs = new GraphFolder(model);
  const length = 256; // two blocks
  const long = [150, 90].map(size => ({
    ids: Array.from({ length: size }, () => Math.floor(random() * tinyConfig.vocab_size)),
    responseStart: 4,
  }));
  try {
    const { decoder } = model.config;
    const plan = graphs.frozen({ rank: 4, alpha: 8 });
    const bytes = encodeModel(trainingGraph(decoder, plan, length, { rows: 1 }), "training");
    const session = await Session.create(graphs.write("training", bytes), "cpu", { asWritten: true });
    const parameters = new Parameters(trainables(decoder, plan));
    initialiseAdapters(parameters, 1);
    const feeds = batchFeeds(buildBatch([[0, 1]], long, length), length);
    const run = async (start: bigint): Promise<number[]> => {
      const keyStarts = tensor(BigInt64Array.of(0n, start), [2]);
      const scale = { lossScale: tensor(Float32Array.of(1), []) };
      const found = await session.run({ ...parameters.feeds, ...feeds, ...scale, keyStarts });
      return Object.keys(found)
        .sort()
        .flatMap(name => [...float32Of(found[name], name)]);
    };
    const [all, late] = [await run(0n), await run(60n)];
    const shorter = buildBatch([[1, 0]], long, length); // the second block begins in the second example
    assert.deepEqual(keyStartsOf(shorter.segments, length), [0, 90]);
    assert.ok(off(all, late) > 1e-5, `a start inside the example leaves out keys: off by ${off(all, late)}`);
    Object.assign(feeds, batchFeeds(shorter, length));
    const [whole, visible] = [await run(0n), await run(90n)];
    assert.ok(off(whole, visible) < 1e-6, `visible keys only: off by ${off(whole, visible)}`);
    await session.release();
  } finally {
    graphs.remove();
  }
});

/** Largest difference, relative to the largest value. */
function off(a: readonly number[], b: readonly number[]): number {
  const largest = Math.max(...a.map(Math.abs));
  return Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number)))) / largest;
}
