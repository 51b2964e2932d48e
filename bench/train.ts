// How much of the machine's matrix rate a LoRA training step reaches, both measured in this run.
// usage: npm run bench:train -- [--model DIR] [--data FILE] [--rank 16] [--tokens 512] [--steps 24]
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseDataset } from "../src/core/dataset/rows.ts";
import { GraphBuilder } from "../src/graph/builder.ts";
import { matrixFlops } from "../src/graph/flops.ts";
import { trainingGraph } from "../src/graph/nn/training.ts";
import type { WeightPlan } from "../src/graph/nn/weights.ts";
import { encodeModel } from "../src/graph/onnx/encode.ts";
import { gemm } from "../src/graph/ops.ts";
import { buildBatch, packExamples } from "../src/runtime/data/packing.ts";
import { decoderConfig } from "../src/runtime/model/llamaConfig.ts";
import { openModel } from "../src/runtime/model/modelFolder.ts";
import { loadTokenizer } from "../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../src/runtime/ort/graphFolder.ts";
import { Session, tensor } from "../src/runtime/ort/session.ts";
import { initialiseAdapters, Trainer } from "../src/runtime/train/trainer.ts";

const shared = join(process.cwd(), "..", "shared");
const { values: options } = parseArgs({
  options: {
    model: { type: "string", default: join(shared, "models", "minimind2-small") },
    data: { type: "string", default: join(shared, "data", "alpaca-demo", "alpaca_en_demo.json") },
    rank: { type: "string", default: "16" },
    tokens: { type: "string", default: "512" },
    steps: { type: "string", default: "24" },
  },
});

const gemmSize = 2048;

const gemmRepeats = 3;

/** Best of several products in a row, with a constant operand that is packed ahead as the frozen weights are. */
async function gemmSeconds(): Promise<() => Promise<number>> {
  const g = new GraphBuilder();
  const shape = [gemmSize, gemmSize];
  const half = () => new Float32Array(gemmSize * gemmSize).fill(0.5);
  g.output("y", gemm(g, g.input("a", "float32", shape), g.constant(half(), shape)));
  const session = await Session.create(encodeModel(g, "gemm"), "cpu");
  const [feeds, into] = [{ a: tensor(half(), shape) }, { y: tensor(half(), shape) }];
  return async () => {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < gemmRepeats; i++) {
      const started = performance.now();
      await session.run(feeds, into);
      best = Math.min(best, (performance.now() - started) / 1000);
    }
    return best;
  };
}

const median = (xs: readonly number[]): number =>
  [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)] ?? Number.NaN;

async function main(): Promise<void> {
  if (!existsSync(options.model) || !existsSync(options.data)) {
    throw new Error(
      `${options.model} or ${options.data} is missing: name a model folder with --model and a data file with --data`,
    );
  }
  const model = openModel(options.model);
  const tokenizer = loadTokenizer(model.folder);
  const { examples } = parseDataset(readFileSync(options.data, "utf8"), {
    file: options.data,
    language: "en",
  });
  const rowLength = Number(options.tokens);
  const formatted = examples
    .map(e => tokenizer.formatExample(e.prompt, e.response))
    .filter(e => e.ids.length <= rowLength);
  const rows = packExamples(
    formatted.map(e => e.ids.length),
    rowLength,
    formatted.map((_, i) => i),
  );
  const graphs = new GraphFolder(model);
  const config = decoderConfig(model.config);
  const plan: WeightPlan = {
    kind: "frozen",
    stored: graphs.stored,
    rank: Number(options.rank),
    alpha: 2 * Number(options.rank),
  };
  const trainer = await Trainer.create({
    config,
    plan,
    rowLength,
    optimizer: { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, clipNorm: 1 },
    device: "cpu",
    store: bytes => graphs.write("training", bytes),
  });
  initialiseAdapters(trainer.parameters, config, 1);
  const gemmOnce = await gemmSeconds();
  const graph = trainingGraph(config, plan, rowLength);
  const seconds: number[] = [];
  const gemms: number[] = [];
  const ratios: number[] = [];
  let tokens = 0;
  let time = 0;
  for (let step = 0; step < Number(options.steps) + 3; step++) {
    const batch = buildBatch([rows[step % rows.length] as number[]], formatted, rowLength);
    const before = await gemmOnce();
    const started = performance.now();
    await trainer.step([batch], 2e-4);
    const took = (performance.now() - started) / 1000;
    const after = await gemmOnce();
    if (step < 3) continue; // warm-up: memory plans and thread pools
    const flops = matrixFlops(graph, { tokens: rowLength, rows: 1, lossTokens: batch.targets.length });
    const rate = (2 * gemmSize ** 3) / Math.min(before, after);
    seconds.push(took);
    gemms.push(rate);
    ratios.push(flops / took / rate);
    tokens += batch.tokens;
    time += took;
  }
  graphs.remove();
  console.log(
    `model            ${model.name}, LoRA rank ${options.rank}, ${trainer.parameters.size} trainable parameters`,
  );
  console.log(
    `batch            1 x ${rowLength} packed tokens, ${(tokens / seconds.length).toFixed(0)} of them not filler`,
  );
  console.log(`step             ${(median(seconds) * 1000).toFixed(0)} ms median of ${seconds.length}`);
  console.log(`tokens/s         ${(tokens / time).toFixed(0)}`);
  console.log(
    `GEMM ${gemmSize}^3      ${(median(gemms) / 1e9).toFixed(0)} GFLOP/s median, best of ${2 * gemmRepeats} beside each step`,
  );
  console.log(
    `ratio            ${(median(ratios) * 100).toFixed(1)} % of the GEMM rate (median; Gemm and MatMul FLOPs only)`,
  );
}

void main();
