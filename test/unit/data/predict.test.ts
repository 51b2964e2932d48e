// Predictions and plans: the arithmetic by hand, and a plan of real files with a real measurement.
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultTraining } from "../../../src/core/mixture/defaults.ts";
import { llamaDecoder } from "../../../src/graph/nn/architectures/llama.ts";
import type { RecipeContext } from "../../../src/runtime/recipes/context.ts";
import { plan } from "../../../src/runtime/recipes/plan.ts";
import { loraParameters, type PredictionInput, predict } from "../../../src/runtime/recipes/predict.ts";
import { tinyExperiment, tinyMixture } from "./tinyExperiment.ts";

const sizes = {
  hiddenSize: 8,
  intermediateSize: 12,
  layers: 2,
  heads: 2,
  kvHeads: 1,
  headSize: 4,
  vocabularySize: 263,
  tiedEmbeddings: true,
};
const config = llamaDecoder(sizes, 1e-5, { theta: 10_000, interleaved: false, scaling: null });

const input: PredictionInput = {
  config,
  parameterCount: 3112,
  train: {
    spec: { ...defaultTraining, epochs: 3, lora: { ...defaultTraining.lora, rank: 2 } },
    tokens: 1000,
    responseTokens: 400,
    rowLength: 64,
  },
  evaluation: { rows: 0, promptTokens: 0, maxNewTokens: 16 },
  gemmRate: 1e6,
};

test("LoRA's parameters are rank times inputs and outputs of the seven matrices", () => {
  // q 8+8, k 8+4, v 8+4, o 8+8, gate, up, down 8+12 each
  assert.equal(loraParameters(config, 4), 2 * 4 * (16 + 12 + 12 + 16 + 3 * 20));
});

test("training time counts matrices twice for LoRA and three times for all parameters", () => {
  const weights = 2 * (8 * 8 + 8 * 4 + 8 * 4 + 8 * 8 + 3 * 8 * 12);
  const attention = 2 * 6 * 8 * 64;
  const operations = (passes: number) =>
    3 * (1000 * (2 * passes * weights + attention) + 400 * 2 * passes * 263 * 8);
  const seconds = (method: "lora" | "full") => {
    assert.ok(input.train);
    const spec = { ...input.train.spec, method };
    return predict({ ...input, train: { ...input.train, spec } }).seconds - 3;
  };
  assert.ok(Math.abs(seconds("lora") - operations(2) / 0.4e6) < 1e-6);
  assert.ok(Math.abs(seconds("full") - operations(3) / 0.4e6) < 1e-6);
});

test("memory grows with what is trained, evaluation takes time of its own", () => {
  const lora = predict(input);
  assert.ok(input.train);
  const spec = { ...input.train.spec, method: "full" as const };
  assert.ok(predict({ ...input, train: { ...input.train, spec } }).memoryBytes > lora.memoryBytes);
  const evaluation = { rows: 100, promptTokens: 2000, maxNewTokens: 16 };
  assert.ok(predict({ ...input, evaluation }).seconds > lora.seconds);
  assert.ok(predict({ ...input, train: null }).seconds < lora.seconds);
});

const context: RecipeContext = {
  progress: () => undefined,
  step: () => undefined,
  log: () => undefined,
  signal: new AbortController().signal,
};

test("a plan has each chosen mixture and seed with its counts, tokens and steps", async () => {
  const { file, starter } = tinyExperiment(tinyMixture.replace("seed: 7", "seeds: [7, 8]"));
  const planned = await plan({ file, starter, device: "cpu", mixtures: ["curve"] }, context);
  assert.deepEqual(planned.diagnostics, []);
  assert.deepEqual(
    planned.runs.map(({ mixture, seed, counts }) => [mixture, seed, counts]),
    [
      ["curve@50%", 7, { en: 6, fi: 1, sw: 1 }],
      ["curve@50%", 8, { en: 6, fi: 1, sw: 1 }],
      ["curve@100%", 7, { en: 3, fi: 3, sw: 2 }],
      ["curve@100%", 8, { en: 3, fi: 3, sw: 2 }],
    ],
  );
  assert.deepEqual(planned.evaluationRows, { en: 3, sw: 3 });
  assert.equal(planned.model?.template, "own");
  for (const { trainTokens, steps, predictedSeconds, predictedMemoryBytes } of planned.runs) {
    assert.ok(trainTokens > 8 * 20 && steps >= 3);
    assert.ok(predictedSeconds > 3 && Number.isFinite(predictedSeconds));
    assert.ok(predictedMemoryBytes > 200e6 && predictedMemoryBytes < 1e9);
  }
});

test("a plan of faulty files has their faults and no runs; examples that are too long are faults too", async () => {
  const faulty = tinyExperiment(tinyMixture.replace("budget: 8", "budget: 800"));
  const none = await plan({ ...faulty, device: "cpu" }, context);
  assert.deepEqual(none.runs, []);
  assert.ok(none.diagnostics.some(({ code }) => code === "budget-over-data"));
  const short = tinyExperiment(`${tinyMixture}train: { maxTokens: 20 }\n`);
  const long = await plan({ ...short, device: "cpu", mixtures: ["english"] }, context);
  assert.match(long.diagnostics[0]?.message ?? "", /longer than train\.maxTokens/);
  assert.equal(long.diagnostics[0]?.range.start.line, 8);
});
