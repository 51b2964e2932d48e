// Measures LoRA training steps of the product's own trainer, and their share of the machine's matrix rate.
// usage: npm run bench:train -- [--model DIR] [--data PATTERN] [--languages en,zh] [--tokens 2048]
//          [--row 1024] [--rank 16] [--quantize int4|int8] [--checkpointing] [--steps 8] [--warmup 2]
//          [--experiment FILE] [--json]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { HumanError } from "../src/common/errors.ts";
import { baseWeights as baseWeightKinds } from "../src/core/mixture/defaults.ts";
import type { WeightFormat } from "../src/core/mixture/mixtureFile.ts";
import { matrixFlops } from "../src/graph/cost/flops.ts";
import { trainingGraph, visibleKeys } from "../src/graph/nn/training.ts";
import { GraphFolder } from "../src/runtime/ort/graphFolder.ts";
import { HostTrainer } from "../src/runtime/train/hostTrainer.ts";
import { initialiseAdapters } from "../src/runtime/train/initialise.ts";
import { buildBatch, filledUp, keyStartsOf, type PackedBatch } from "../src/runtime/train/packing.ts";
import { start } from "./entry.ts";
import { type BenchPlan, planExperiment, writeExperiment } from "./experiment.ts";
import { gemmTimer } from "./gemm.ts";
import { median, rounded, sum } from "./numbers.ts";

const shared = join(import.meta.dirname, "..", "..", "shared");
const { values: options } = parseArgs({
  options: {
    model: { type: "string", default: join(shared, "models", "minimind2-small") },
    data: { type: "string", default: join(shared, "data", "alpaca-demo", "alpaca_{language}_demo.json") },
    languages: { type: "string", default: "en,zh" },
    tokens: { type: "string", default: "2048" },
    row: { type: "string", default: "1024" },
    rank: { type: "string", default: "16" },
    steps: { type: "string", default: "8" },
    warmup: { type: "string", default: "2" },
    quantize: { type: "string" },
    checkpointing: { type: "boolean", default: false },
    experiment: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

/** Constant over the steps, on both sides. */
const learningRate = 2e-4;

/** One line of JSON, with the same fields as trl_train.py. */
export interface TrainResult {
  readonly rowLength: number;
  readonly rowsPerStep: number;
  readonly steps: number;
  readonly stepSeconds: readonly number[];
  readonly stepSecondsMedian: number;
  readonly lossTokensPerStep: number;
  readonly tokensPerStep: number;
  readonly lossTokensPerSecond: number;
  readonly tokensPerSecond: number;
  readonly stepGflops: number;
  /** Median of the rates measured next to each step. */
  readonly gemmGflops: number;
  /** Median of step FLOPs / step time / GEMM rate at the same time. */
  readonly gemmShare: number;
  readonly weightBytes: number;
  readonly peakMemoryMiB: number;
  readonly losses: readonly number[];
  readonly trainedParameters: number;
  /** Over all examples. */
  readonly dataTokens: number;
  readonly dataLossTokens: number;
}

async function measure(bench: BenchPlan): Promise<TrainResult> {
  const { experiment, plan: training, rowsPerStep } = bench;
  const { model, config: file } = experiment;
  const config = model.config.decoder;
  const { rowLength } = training;
  const graphs = new GraphFolder(model, baseWeights());
  const plan = graphs.frozen(file.train.lora);
  const trainer = await HostTrainer.create({
    config,
    plan,
    rowLength,
    rows: training.rowsPerMicroBatch,
    recomputation: options.checkpointing,
    optimizer: file.train,
    device: "cpu",
    store: bytes => graphs.write("training", bytes),
  });
  initialiseAdapters(trainer.parameters, 1);
  const graph = trainingGraph(config, plan, rowLength);
  const flopsOf = ({ inputIds, targets, segments }: PackedBatch): number =>
    matrixFlops(graph, {
      ...visibleKeys(config, rowLength, keyStartsOf(segments, rowLength)),
      tokens: inputIds.length,
      rows: inputIds.length / rowLength,
      lossTokens: targets.length,
    });
  const gemm = await gemmTimer();
  const warmup = Number(options.warmup);
  const steps = training.epochs.flat().slice(0, warmup + Number(options.steps));
  const losses: number[] = [];
  const measured: { seconds: number; flops: number; rate: number; tokens: number; lossTokens: number }[] = [];
  for (const [i, micro] of steps.entries()) {
    const before = await gemm();
    const started = performance.now();
    const batches = micro.map(rows =>
      buildBatch(filledUp(rows, training.rowsPerMicroBatch), training.examples, rowLength),
    );
    const { loss, responseTokens } = await trainer.step(batches, learningRate);
    const seconds = (performance.now() - started) / 1000;
    const rate = Math.max(before, await gemm());
    losses.push(loss);
    console.error(`step ${i + 1} of ${steps.length}: ${seconds.toFixed(2)} s, loss ${loss.toFixed(4)}`);
    if (i < warmup) continue; // memory plans, thread pools and caches are warmed up
    const tokens = sum(batches.map(batch => batch.tokens));
    measured.push({ seconds, flops: sum(batches.map(flopsOf)), rate, tokens, lossTokens: responseTokens });
  }
  const seconds = measured.map(step => step.seconds);
  const lossTokens = sum(measured.map(step => step.lossTokens));
  const tokens = sum(measured.map(step => step.tokens));
  const result: TrainResult = {
    rowLength,
    rowsPerStep,
    steps: measured.length,
    stepSeconds: seconds.map(value => rounded(value, 3)),
    stepSecondsMedian: rounded(median(seconds), 3),
    lossTokensPerStep: rounded(lossTokens / measured.length, 1),
    tokensPerStep: rounded(tokens / measured.length, 1),
    lossTokensPerSecond: rounded(lossTokens / sum(seconds), 2),
    tokensPerSecond: rounded(tokens / sum(seconds), 2),
    stepGflops: rounded(median(measured.map(step => step.flops)) / 1e9, 1),
    gemmGflops: rounded(median(measured.map(step => step.rate)) / 1e9, 1),
    gemmShare: rounded(median(measured.map(step => step.flops / step.seconds / step.rate)), 4),
    weightBytes: weightBytes(graphs),
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    losses: losses.map(loss => rounded(loss, 4)),
    trainedParameters: trainer.parameters.size,
    dataTokens: bench.tokens,
    dataLossTokens: bench.responseTokens,
  };
  await trainer.release();
  graphs.remove();
  return result;
}

/** Bytes of the frozen base: floats, and integers with their scales. */
function weightBytes({ stored, quantized }: GraphFolder): number {
  const floats = [...stored.values()].map(({ length }) => length);
  const integers = [...quantized.values()].flatMap(weight =>
    Object.values(weight).flatMap(part => (typeof part === "number" ? [] : [part.length])),
  );
  return sum([...floats, ...integers]);
}

function baseWeights(): WeightFormat {
  const found = baseWeightKinds.find(kind => kind === (options.quantize ?? "float"));
  if (found === undefined)
    throw new HumanError(`There are no ${options.quantize} weights.`, {
      remedy: "Choose int4 or int8 with --quantize.",
    });
  return found;
}

function describe(result: TrainResult): string {
  return `batch            ${result.rowsPerStep} x ${result.rowLength} packed tokens, ${result.tokensPerStep} of them not filler, ${result.lossTokensPerStep} with loss
step             ${result.stepSecondsMedian} s median of ${result.steps}, ${result.stepGflops} GFLOP in Gemm and MatMul
speed            ${result.lossTokensPerSecond} tokens with loss a second, ${result.tokensPerSecond} tokens a second
GEMM             ${result.gemmGflops} GFLOP/s beside the steps; they reach ${(result.gemmShare * 100).toFixed(1)} % of it
memory           ${result.peakMemoryMiB} MiB at the peak, ${(result.weightBytes / 2 ** 20).toFixed(0)} MiB of weights
loss             ${result.losses[0]} to ${result.losses.at(-1)}; ${result.trainedParameters} trained parameters`;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pinch-bench-"));
  try {
    const file =
      options.experiment ??
      writeExperiment(folder, {
        model: options.model,
        data: options.data,
        languages: options.languages.split(","),
        rank: Number(options.rank),
        maxTokens: Number(options.row),
        batchTokens: Number(options.tokens),
        learningRate,
      });
    const result = await measure(await planExperiment(file));
    console.log(options.json ? JSON.stringify(result) : describe(result));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

start(main);
