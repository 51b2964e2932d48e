// Predictions and plans: the arithmetic by hand, and a plan of real files with a real measurement.
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultTraining } from "../../../src/core/mixture/defaults.ts";
import type { Asked } from "../../../src/core/prompt/chat.ts";
import { runMemory } from "../../../src/graph/cost/memory.ts";
import { llamaDecoder } from "../../../src/graph/nn/architectures/llama.ts";
import { decoderWeights, linearLayers } from "../../../src/graph/nn/decoderWeights.ts";
import { trainingGraph, visibleKeys } from "../../../src/graph/nn/training.ts";
import { GraphBuilder } from "../../../src/graph/tape/builder.ts";
import { mul, reduceSum, transpose } from "../../../src/graph/tape/ops.ts";
import type { RecipeContext } from "../../../src/runtime/context/context.ts";
import { evaluationTokens } from "../../../src/runtime/evaluation/evaluationShape.ts";
import { weightLayout } from "../../../src/runtime/ort/weightLayout.ts";
import { memoryRemedy } from "../../../src/runtime/prediction/memoryRemedy.ts";
import {
  loraParameters,
  positionsOf,
  predictSeconds,
  roughRates,
} from "../../../src/runtime/prediction/predict.ts";
import {
  evaluationMemory,
  maxLossTokens,
  trainingMemory,
} from "../../../src/runtime/prediction/predictMemory.ts";
import { chooseRecomputation } from "../../../src/runtime/prediction/recomputation.ts";
import { plan } from "../../../src/runtime/recipes/plan.ts";
import type { TrainingPlan } from "../../../src/runtime/train/trainingPlan.ts";
import { rows, tinyExperiment, tinyMixture, write } from "../experiment/tinyExperiment.ts";

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

function model(stored: "float32" | "float16", decoder = config) {
  const bytesEach = stored === "float32" ? 4 : 2;
  const tensors = decoderWeights(decoder).map(({ name, shape }) => {
    const length = shape.reduce((product, size) => product * size, bytesEach);
    return [name, { name, shape, stored: { path: "w", dtype: stored, offset: 0, length } }] as const;
  });
  const eos = { otherNames: [], bosTokenId: null, eosTokenIds: [0] };
  return {
    config: { architecture: "llama", decoder, maxPositions: 128, ...eos },
    tensors: new Map(tensors),
  };
}

/** Deep enough that what each layer keeps outweighs what computing it again takes. */
const deep = model(
  "float32",
  llamaDecoder({ ...sizes, layers: 8 }, 1e-5, { theta: 10_000, interleaved: false, scaling: null }),
);

const spec = { ...defaultTraining, lora: { ...defaultTraining.lora, rank: 2 } };
const request = {
  model: model("float32"),
  spec,
  training: training(1),
  recomputation: false,
  processBytes: 1e6,
};

function training(rowsPerMicroBatch: number): TrainingPlan {
  const examples = Array.from({ length: 6 }, () => ({
    ids: new Array<number>(64).fill(1),
    responseStart: 24,
  }));
  const rows = [[0], [1], [2], [3], [4], [5]];
  const micro = Array.from({ length: 6 / rowsPerMicroBatch }, (_, i) =>
    rows.slice(i * rowsPerMicroBatch, (i + 1) * rowsPerMicroBatch),
  );
  return { examples, rowLength: 64, rowsPerMicroBatch, epochs: [[micro], [micro]], steps: 2, tokens: 384 };
}

test("LoRA's parameters are rank times inputs and outputs of the seven matrices", () => {
  // q 8+8, k 8+4, v 8+4, o 8+8, gate, up, down 8+12 each
  assert.equal(loraParameters(config, 4), 2 * 4 * (16 + 12 + 12 + 16 + 3 * 20));
});

test("the micro-batch with most response tokens decides", () => {
  assert.equal(maxLossTokens(training(1)), 40);
  assert.equal(maxLossTokens(training(3)), 120);
});

test("memory of training: the process, weights as stored, 16 bytes for each trained value", () => {
  const bytes = trainingMemory(request);
  assert.equal(trainingMemory({ ...request, processBytes: 2e6 }) - bytes, 1e6);
  const shape = { rows: 1, distinctTokens: 3, longestPrompt: 4, maxNewTokens: 4, scored: null };
  const one = { ...training(1), epochs: [[[[[0]]], [[[1]]]]] }; // one micro-batch in each step
  const trained = evaluationMemory({ ...request, training: one }, shape);
  const untrained = evaluationMemory({ ...request, training: null }, shape);
  assert.equal(trained - untrained, 16 * loraParameters(config, 2));
  const { config: same, tensors } = request.model;
  const longer = new Map(
    [...tensors].map(([name, tensor]) => [
      name,
      { ...tensor, stored: { ...tensor.stored, length: tensor.stored.length + 100 } },
    ]),
  );
  const held = trainingMemory({ ...request, model: { config: same, tensors: longer } });
  assert.equal(held - bytes, 100 * tensors.size);
});

test("memory: of per-layer inputs, only the rows of tokens that occur", () => {
  const rows = 1e7;
  const asked = (vocabularySize: number) => {
    const decoder = { ...config, perLayerInputs: { vocabularySize, parts: 2, size: 4 } };
    return { ...request, model: model("float32", decoder) };
  };
  const shape = { rows: 2, distinctTokens: 5, longestPrompt: 4, maxNewTokens: 4, scored: null };
  // Examples have a single token.
  assert.ok(Math.abs(trainingMemory(asked(rows)) - trainingMemory(asked(300))) < 1);
  const [few, all] = [5, rows].map(distinctTokens =>
    evaluationMemory({ ...asked(rows), training: null }, { ...shape, distinctTokens }),
  ) as [number, number];
  const table = rows * 2 * 4 * 4;
  assert.ok(few < table, `${few} bytes`);
  assert.ok(all > table, `${all} bytes`);
});

test("memory of training: more rows take more, recomputation less, a second micro-batch its own gradients", () => {
  const bytes = (rows: number, recomputation: boolean): number =>
    trainingMemory({ ...request, training: { ...training(rows), rowLength: 512 }, recomputation });
  assert.ok(bytes(6, false) > bytes(3, false) && bytes(3, false) > bytes(1, false));
  // Of many rows: what is computed again has nodes of its own, which take memory too.
  const wide = { ...training(6), rowLength: 512, rowsPerMicroBatch: 96 };
  const spared = [true, false].map(recomputation =>
    trainingMemory({ ...request, model: deep, training: wide, recomputation }),
  );
  assert.ok((spared[0] ?? 0) < (spared[1] ?? 0));
  const one = { ...training(1), rowLength: 512, epochs: [[[[[0]]], [[[1]]]]] };
  assert.equal(
    bytes(1, false) - trainingMemory({ ...request, training: one }),
    4 * loraParameters(config, 2),
  );
});

test("memory of training: noise on embeddings takes a value for each of theirs", () => {
  const wide = { ...training(6), rowLength: 512, rowsPerMicroBatch: 96 };
  const noisy = { ...request, spec: { ...spec, neftune: 5 }, training: wide };
  const more = trainingMemory(noisy) - trainingMemory({ ...request, training: wide });
  assert.ok(more >= 4 * 96 * 512 * sizes.hiddenSize, `${more}`);
});

test("memory of training: dropout takes a bit for each input of an adapter, and where it is applied more", () => {
  const wide = { ...training(6), rowLength: 512, rowsPerMicroBatch: 96 };
  const plain = { ...request, model: deep, training: wide };
  const dropping = { ...plain, spec: { ...spec, lora: { ...spec.lora, dropout: 0.1 } } };
  const inputs = linearLayers(deep.config.decoder).reduce((sum, layer) => sum + layer.in, 0);
  const more = trainingMemory(dropping) - trainingMemory(plain);
  assert.ok(more > (96 * 512 * inputs) / 8, `${more}`);
});

test("memory of training: DoRA keeps the outputs of its layers, before and after their lengths are set", () => {
  const wide = { ...training(6), rowLength: 512, rowsPerMicroBatch: 96 };
  const plain = { ...request, model: deep, training: wide };
  const dora = { ...plain, spec: { ...spec, lora: { ...spec.lora, dora: true } } };
  const outputs = linearLayers(deep.config.decoder).reduce((sum, layer) => sum + layer.out, 0);
  const more = trainingMemory(dora) - trainingMemory(plain);
  assert.ok(more > (4 * 96 * 512 * outputs) / 2 && more < 2 * 4 * 96 * 512 * outputs, `${more}`);
});

test("where memory ran out, the settings that help this training are named with what it would need", () => {
  const wide = { ...training(6), rowLength: 512, rowsPerMicroBatch: 96 };
  const deeper = model(
    "float32",
    llamaDecoder({ ...sizes, layers: 40 }, 1e-5, { theta: 10_000, interleaved: false, scaling: null }),
  );
  const tried = { ...request, model: deeper, training: wide };
  const remedy = memoryRemedy(tried);
  assert.match(
    remedy,
    /^Training needs about [\d.]+ [MG]B\. It would need [\d.]+ [MG]B with train\.gradientCheckpointing: on and less with a lower train\.batchTokens\.$/,
  );
  const [now, then] = [...remedy.matchAll(/([\d.]+) GB/g)].map(([, size]) => Number(size));
  assert.ok((then ?? 0) < (now ?? 0));
  assert.equal(now?.toFixed(1), (trainingMemory(tried) / 1e9).toFixed(1));
  assert.match(
    memoryRemedy({ ...tried, recomputation: true }),
    /\. It would need less with a lower train\.batchTokens\.$/,
  );
  const shape = { ...sizes, hiddenSize: 1024, intermediateSize: 4096, vocabularySize: 4096 };
  const heavy = model(
    "float32",
    llamaDecoder(shape, 1e-5, { theta: 10_000, interleaved: false, scaling: null }),
  );
  const one = { ...request, model: heavy };
  assert.match(
    memoryRemedy(one),
    /with train\.base: int8, \d+ MB with train\.base: int4 and less with train\.maxTokens below 64\.$/,
  );
  assert.doesNotMatch(memoryRemedy({ ...one, spec: { ...spec, method: "full" } }), /train\.base/);
});

test("memory of training: a large head of integers never exists in float32 as a whole", () => {
  const shape = { ...sizes, hiddenSize: 320, vocabularySize: 262_144 };
  const { config: large, tensors } = model(
    "float32",
    llamaDecoder(shape, 1e-5, { theta: 10_000, interleaved: false, scaling: null }),
  );
  const live = (base: "float" | "int8"): number => {
    const { plan: weights } = weightLayout({ config: large, tensors }, { ...spec, base });
    const graph = trainingGraph(large.decoder, weights, 64, { rows: 1 });
    return runMemory(graph, { ...visibleKeys(large.decoder, 64), lossTokens: 8 }).live;
  };
  const whole = 4 * shape.hiddenSize * shape.vocabularySize;
  assert.ok(live("int8") < live("float") + 0.5 * whole);
});

test("memory of evaluation: float32 copies of half-precision weights, the cache, and scoring where there is any", () => {
  const shape = { rows: 4, distinctTokens: 30, longestPrompt: 20, maxNewTokens: 12, scored: null };
  const bytes = (change: Partial<typeof shape>, of = request.model): number =>
    evaluationMemory({ ...request, model: of }, { ...shape, ...change });
  assert.equal(bytes({ rows: 0 }), 0);
  // two layers, keys and values, one head of 4, float32; 4 rows more of 32 places
  const cache = 2 * 2 * 4 * 4 * 32 * 4;
  assert.ok(bytes({ rows: 8 }) - bytes({}) >= cache);
  assert.equal(
    bytes({}),
    bytes({}, model("float16")),
    "language identification takes more than so small a model",
  );
  const vocabularySize = 8_000_000;
  const rotary = { theta: 10_000, interleaved: false, scaling: null };
  const large = llamaDecoder({ ...sizes, vocabularySize }, 1e-5, rotary);
  const half = bytes({}, model("float32", large)) - bytes({}, model("float16", large));
  assert.equal(half, 2 * vocabularySize * 8); // all but the embedding is packed in float32 either way
  const scored = { rowLength: 512, perRun: 64, lossTokens: 20_000 };
  assert.ok(evaluationMemory(request, { ...shape, scored }) > bytes({}));
});

test("recomputation follows the mixture file, or what is free", () => {
  const memory = {
    model: deep,
    spec,
    training: { ...training(6), rowLength: 512, rowsPerMicroBatch: 96 },
    processBytes: 0,
  };
  const choose = (gradientCheckpointing: "auto" | "on" | "off", free: number) =>
    chooseRecomputation({ gradientCheckpointing }, memory, free);
  const { bytes } = choose("off", 0);
  assert.equal(choose("off", 0).recomputation, false);
  assert.equal(choose("on", 1e12).recomputation, true);
  assert.deepEqual(choose("auto", 2 * bytes), { recomputation: false, bytes });
  const short = choose("auto", bytes);
  assert.ok(short.recomputation && short.bytes < bytes);
});

test("an evaluation in tokens: prompts, responses as long as references or as they may be, packed references", () => {
  const tokenizer = {
    formatPrompt: ({ prompt }: Asked) => new Array<number>(prompt.length).fill(1),
    formatExample: ({ prompt, response }: Asked & { response: string }) => ({
      ids: new Array<number>(prompt.length + response.length).fill(1),
      responseStart: prompt.length,
    }),
  };
  const row = { id: "a", language: "en", prompt: "0123456789" };
  const rows = [row, { ...row, reference: "0123" }, { ...row, reference: "0123456789abcdef" }];
  const settings = { languages: "all", maxNewTokens: 8, temperature: 0, topP: 1 } as const;
  const { size, shape } = evaluationTokens(rows, { ...settings, metrics: ["likelihood"] }, tokenizer);
  // 14 and 26 tokens in two rows of 32
  assert.deepEqual(size, { rows: 3, promptTokens: 30, responseTokens: 8 + 4 + 8, scoredPositions: 64 });
  assert.deepEqual(shape.scored, { rowLength: 32, perRun: 2, lossTokens: 20 });
  const none = evaluationTokens(rows, { ...settings, metrics: ["language"] }, tokenizer);
  assert.equal(none.size.scoredPositions, 0);
  assert.equal(none.shape.scored, null);
});

test("time: load, packed positions of all epochs, prompts and responses", () => {
  const rates = { load: 2, trainToken: 0.001, scoreToken: 0.002, promptToken: 0.0001, newToken: 0.01 };
  const evaluation = { rows: 0, promptTokens: 1000, responseTokens: 50, scoredPositions: 0 };
  const seconds = 2 + 2 * 6 * 64 * 0.001 + 0.1 + 0.5;
  assert.ok(Math.abs(predictSeconds(rates, positionsOf(training(2)), evaluation) - seconds) < 1e-9);
  const three = predictSeconds(rates, positionsOf(training(2)), evaluation, {
    trainings: 3,
    scoredPositions: 64,
  });
  assert.ok(
    Math.abs(three - (seconds + 2 * 2 * 6 * 64 * 0.001 + 3 * 64 * 0.002)) < 1e-9,
    "of all learning rates",
  );
  assert.ok(Math.abs(predictSeconds(rates, 0, evaluation) - 2.6) < 1e-9);
  assert.ok(predictSeconds(rates, 0, { ...evaluation, rows: 9 }) > 2.6);
  const scoring = { ...evaluation, scoredPositions: 100 };
  assert.ok(Math.abs(predictSeconds(rates, 0, scoring) - 2.8) < 1e-9);
});

test("rough rates: two passes over the matrices for LoRA, three for all weights", () => {
  const weights = 2 * (8 * 8 + 8 * 4 + 8 * 4 + 8 * 8 + 3 * 8 * 12) + 263 * 8;
  assert.ok(Math.abs(roughRates(config, "lora", 1e6).trainToken - (4 * weights) / 0.6e6) < 1e-9);
  assert.ok(Math.abs(roughRates(config, "full", 1e6).trainToken - (6 * weights) / 0.6e6) < 1e-9);
});

test("memory of a graph: buffers end with their last reader, and are used again", () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [64, 1024]); // 256 KiB
  const products = [1, 2, 3].map(factor => g.constant(new Float32Array(1024).fill(factor), [1024]));
  // a chain: at most two buffers are alive at a time
  const y = products.reduce(
    (value, factor) => transpose(g, transpose(g, mul(g, value, factor), [1, 0]), [1, 0]),
    x,
  );
  g.output("y", reduceSum(g, y, [0, 1]));
  const { live, held } = runMemory(g, {});
  assert.equal(live, 2 * 64 * 1024 * 4);
  assert.ok(held >= live && held < 1.5 * live);
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
  assert.deepEqual(planned.layersTried, { tried: 2, of: 2 });
  for (const { trainTokens, steps, predictedSeconds, predictedMemoryBytes, ...seen } of planned.runs) {
    assert.deepEqual([seen.examplesSeen % 3, seen.tokensSeen], [0, 3 * trainTokens]);
    assert.ok(trainTokens > 8 * 20 && steps >= 3);
    assert.ok(predictedSeconds > 0 && Number.isFinite(predictedSeconds));
    assert.ok(predictedMemoryBytes > 200e6 && predictedMemoryBytes < 1e9);
  }
});

test("a cancel is heard between two runs of a plan, of which a file may ask for thousands", async () => {
  const seeds = Array.from({ length: 500 }, (_, i) => i);
  const { file, starter } = tinyExperiment(tinyMixture.replace("seed: 7", `seeds: [${seeds.join(", ")}]`));
  const controller = new AbortController();
  let drawn = 0;
  const counting: RecipeContext = {
    ...context,
    signal: controller.signal,
    progress: ({ done, total, message }) => {
      if (!message.includes("Drawing")) return;
      assert.equal(total, 500);
      drawn = done;
      if (done === 2) setTimeout(() => controller.abort(), 0);
    },
  };
  const planning = plan({ file, starter, device: "cpu", mixtures: ["english"] }, counting);
  await assert.rejects(planning, { name: "HumanError", kind: "cancelled" });
  assert.ok(drawn >= 2 && drawn < 400, `${drawn} were drawn`);
});

test("a plan of several learning rates says so", async () => {
  const text = tinyMixture.replace("mixtures:", "  dev: data/dev/{language}.jsonl\nmixtures:");
  const { file, folder, starter } = tinyExperiment(`${text}train: { learningRate: [1e-4, 1e-3] }\n`);
  write(folder, "data/dev/sw.jsonl", rows("sw", 3, "dev"));
  const planned = await plan({ file, starter, device: "cpu", mixtures: ["english"] }, context);
  assert.deepEqual(planned.diagnostics, []);
  assert.deepEqual(planned.learningRates, [1e-4, 1e-3]);
  assert.ok((planned.runs[0]?.predictedSeconds ?? 0) > 0);
});

test("a plan of faulty files has their faults and no runs; examples that are too long are faults too", async () => {
  const faulty = tinyExperiment(tinyMixture.replace("budget: 8", "budget: 800"));
  const none = await plan({ ...faulty, device: "cpu" }, context);
  assert.deepEqual(none.runs, []);
  assert.ok(none.diagnostics.some(({ code }) => code === "budget-over-data"));
  const short = tinyExperiment(`${tinyMixture}train: { maxTokens: 20 }\n`);
  const long = await plan({ ...short, device: "cpu", mixtures: ["english"] }, context);
  assert.match(long.diagnostics[0]?.message ?? "", /longer than train\.maxTokens/);
  assert.equal(long.diagnostics[0]?.range.start.line, tinyMixture.split("\n").length - 1);
});

test("memory of training: early stopping takes a value for each that is trained", () => {
  const stopping = { ...request, spec: { ...spec, earlyStopping: { patience: 3, minDelta: 0 } } };
  const one = training(1);
  const more = trainingMemory({ ...stopping, training: one }) - trainingMemory({ ...request, training: one });
  assert.equal(more, 4 * loraParameters(config, 2));
});

test("memory of training: embeddings take 16 bytes for each value instead of those stored", () => {
  const shape = { rows: 1, longestPrompt: 4, maxNewTokens: 4, distinctTokens: 9, scored: null };
  const one = { ...training(1), epochs: [[[[[0]]], [[[1]]]]] }; // one micro-batch in each step
  const withEmbeddings = { ...request, spec: { ...spec, embeddings: true } as const, training: one };
  const lasting = (asked: typeof withEmbeddings): number =>
    evaluationMemory(asked, shape) - evaluationMemory({ ...asked, training: null }, shape);
  const values = config.vocabularySize * config.hiddenSize * (config.tiedEmbeddings ? 1 : 2);
  assert.equal(lasting(withEmbeddings), 16 * (loraParameters(config, 2) + values));
  const more = trainingMemory(withEmbeddings) - trainingMemory({ ...request, training: one });
  assert.ok(more >= 12 * values, `${more}`);
  const many = { ...sizes, vocabularySize: 1_000_000 };
  const broad = model(
    "float32",
    llamaDecoder(many, 1e-5, { theta: 10_000, interleaved: false, scaling: null }),
  );
  assert.match(memoryRemedy({ ...withEmbeddings, model: broad }), / with train\.embeddings: false/);
  assert.doesNotMatch(memoryRemedy({ ...request, training: one }), /embeddings/);
});
