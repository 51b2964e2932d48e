// Trains the starter model from random weights on the generated text, with Pinch's own engine.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom, shuffled } from "../../src/common/random.ts";
import type { DecoderSizes } from "../../src/graph/nn/architectures/architecture.ts";
import { llamaDecoder } from "../../src/graph/nn/architectures/llama.ts";
import type { DecoderConfig } from "../../src/graph/nn/decoderConfig.ts";
import { writeSafetensors } from "../../src/runtime/model/safetensors.ts";
import { HostTrainer } from "../../src/runtime/train/hostTrainer.ts";
import { initialiseWeights } from "../../src/runtime/train/initialise.ts";
import type { PackedBatch } from "../../src/runtime/train/packing.ts";
import { learningRateAt } from "../../src/runtime/train/schedule.ts";

const rowLength = 128;
const rowsPerStep = 16; // 2,048 tokens per step
const peakLearningRate = 2e-3;
const maxPositions = 512;

const normEpsilon = 1e-5;
const ropeTheta = 10_000;

const sizes = (vocabularySize: number): DecoderSizes => ({
  vocabularySize,
  hiddenSize: 256,
  intermediateSize: 640,
  layers: 5,
  heads: 4,
  kvHeads: 4,
  headSize: 64,
  tiedEmbeddings: true,
});

const { values: options } = parseArgs({
  options: {
    data: { type: "string" }, // folder written by generate.ts
    out: { type: "string" },
    seed: { type: "string", default: "1" },
    /** Stops early for a trial run; the schedule is still that of the whole text. */
    steps: { type: "string" },
  },
});
if (options.data === undefined || options.out === undefined) {
  throw new Error(
    "usage: pretrain --data <folder of generate.ts> --out <model folder> [--seed 1] [--steps N]",
  );
}
void pretrain(
  options.data,
  options.out,
  Number(options.seed),
  options.steps === undefined ? Infinity : Number(options.steps),
);

async function pretrain(data: string, out: string, seed: number, limit: number): Promise<void> {
  mkdirSync(out, { recursive: true });
  const bytes = readFileSync(join(data, "train.bin"));
  const text = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const tokenizer = JSON.parse(readFileSync(join(data, "tokenizer.json"), "utf8")) as {
    model: { vocab: Record<string, number> };
    added_tokens: { id: number }[];
  };
  const vocabulary =
    Math.max(...Object.values(tokenizer.model.vocab), ...tokenizer.added_tokens.map(token => token.id)) + 1;
  const rotary = { theta: ropeTheta, interleaved: false, scaling: null };
  const decoder = llamaDecoder(sizes(vocabulary), normEpsilon, rotary);
  const trainer = await HostTrainer.create({
    config: decoder,
    plan: { kind: "full" },
    rowLength,
    optimizer: { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 },
    device: "cpu",
  });
  initialiseWeights(trainer.parameters, decoder, seed);
  // Shuffle within windows only, so that documents at the end of the text come last in training.
  const rows = Math.floor((text.length - 1) / rowLength);
  const window = rowsPerStep * 100;
  const order = Array.from({ length: Math.ceil(rows / window) }, (_, w) =>
    shuffled(
      Array.from({ length: Math.min(window, rows - w * window) }, (_, i) => w * window + i),
      seededRandom("order", seed, w),
    ),
  ).flat();
  const steps = Math.floor(rows / rowsPerStep);
  const schedule = { kind: "cosine", peak: peakLearningRate, steps, warmupSteps: 60, floor: 0.05 } as const;
  const curve: string[] = ["step,tokens,loss,learningRate,gradientNorm"];
  const started = performance.now();
  let recent = 0;
  let counted = 0;
  for (let step = 1; step <= Math.min(steps, limit); step++) {
    const batch = textBatch(text, order.slice((step - 1) * rowsPerStep, step * rowsPerStep));
    const learningRate = learningRateAt(schedule, step);
    const { loss, gradientNorm } = await trainer.step([batch], learningRate);
    if (!Number.isFinite(loss)) throw new Error(`loss is ${loss} at step ${step}`);
    recent += loss;
    counted++;
    if (step % 25 !== 0 && step !== steps) continue;
    const seconds = (performance.now() - started) / 1000;
    const line = `${step},${step * rowsPerStep * rowLength},${(recent / counted).toFixed(4)},${learningRate.toExponential(3)},${gradientNorm.toFixed(3)}`;
    curve.push(line);
    recent = 0;
    counted = 0;
    console.log(
      `${line} | ${Math.round((step * rowsPerStep * rowLength) / seconds)} tokens/s, ${Math.round(seconds)} s of about ${Math.round((seconds / step) * steps)} s`,
    );
    if (step % 1000 === 0) save(out, data, decoder, trainer);
  }
  save(out, data, decoder, trainer);
  writeFileSync(join(out, "loss-curve.csv"), `${curve.join("\n")}\n`);
}

/** Rows of continuous text, position by position; every token has a loss. */
function textBatch(text: Uint16Array, rows: readonly number[]): PackedBatch {
  const size = rows.length * rowLength;
  const batch = {
    inputIds: new BigInt64Array(size),
    positions: new BigInt64Array(size),
    segments: new Int32Array(size).fill(1),
    lossRows: new BigInt64Array(size),
    targets: new BigInt64Array(size),
    lossWeights: new Float32Array(size).fill(1 / rowLength),
    examples: rows.length,
    tokens: size,
  };
  for (const [r, row] of rows.entries()) {
    for (let i = 0; i < rowLength; i++) {
      const at = r * rowLength + i;
      batch.inputIds[at] = BigInt(text[row * rowLength + i] as number);
      batch.targets[at] = BigInt(text[row * rowLength + i + 1] as number);
      batch.positions[at] = BigInt(i);
      batch.lossRows[at] = BigInt(at);
    }
  }
  return batch;
}

function save(out: string, data: string, decoder: DecoderConfig, trainer: HostTrainer): void {
  const { parameters } = trainer;
  const tensors = parameters.slots.map(({ name, shape }) => ({
    name,
    dtype: "F16" as const,
    shape,
    data: parameters.view(parameters.values, name),
  }));
  writeSafetensors(join(out, "model.safetensors"), tensors, { format: "pt" });
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    copyFileSync(join(data, name), join(out, name));
  const json = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: decoder.vocabularySize,
    hidden_size: decoder.hiddenSize,
    intermediate_size: decoder.intermediateSize,
    num_hidden_layers: decoder.layers,
    num_attention_heads: decoder.heads,
    num_key_value_heads: decoder.kvHeads,
    head_dim: decoder.headSize,
    hidden_act: "silu",
    rms_norm_eps: normEpsilon,
    rope_theta: ropeTheta,
    rope_scaling: null,
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: decoder.tiedEmbeddings,
    max_position_embeddings: maxPositions,
    bos_token_id: 0,
    eos_token_id: 0,
    torch_dtype: "float16",
  };
  writeFileSync(join(out, "config.json"), `${JSON.stringify(json, null, 2)}\n`);
}
