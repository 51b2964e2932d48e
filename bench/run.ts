// Runs the whole benchmark, one part after the other, and prints one table.
// usage: npm run bench -- --model DIR|FILE.gguf [--data PATTERN] [--languages en,zh] [--steps 5]
//        [--python PATH] [--write]
// Without --python the peers are installed into .bench/venv first. --write puts the table into README.md.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setUp } from "../scripts/lib/setUp.mjs";
import { HumanError, messageOf } from "../src/common/errors.ts";
import { isObject } from "../src/common/json.ts";
import { resultOf } from "./child.ts";
import { measureCommand } from "./command.ts";
import { start } from "./entry.ts";
import { dataFile, planExperiment, writeExperiment } from "./experiment.ts";
import { type Outcome, type Outcomes, reportOf } from "./figures.ts";
import { defaultFolder, installPeers } from "./peers.mjs";
import { writeBetweenMarkers } from "./table.ts";

const root = join(import.meta.dirname, "..");
const demo = join(root, "..", "shared", "data", "alpaca-demo", "alpaca_{language}_demo.json");
const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    data: { type: "string", default: demo },
    languages: { type: "string", default: "en,zh" },
    steps: { type: "string", default: "5" },
    python: { type: "string" },
    cli: { type: "string", default: join(root, "dist", "cli.js") },
    write: { type: "boolean", default: false },
  },
});

/** Unmeasured steps at the start, on both sides. */
const warmup = 1;
const rank = 16;
const learningRate = 2e-4;
/** TRL's default maximum length of an example. */
const maxTokens = 1024;
const batchTokens = 2048;
/** Number of prompts to decode: six batches of the peer. */
const decodedPrompts = 96;

async function part(title: string, work: () => Promise<unknown>): Promise<Outcome> {
  console.error(`\n== ${title}`);
  const started = performance.now();
  try {
    const result = await work();
    if (!isObject(result)) throw new Error("it gave no result");
    console.error(`   ${((performance.now() - started) / 1000).toFixed(0)} s`);
    return { result };
  } catch (error) {
    console.error(`   failed: ${messageOf(error)}`);
    return { failure: messageOf(error) };
  }
}

function checkedModel(): string {
  const { model } = options;
  if (model === undefined || !existsSync(model))
    throw new HumanError(`${model ?? "--model"} is no model.`, {
      remedy:
        "Name a Hugging Face folder or a GGUF file with --model; the README's table is SmolLM2-135M-Instruct.",
    });
  return resolve(model);
}

/** Converts a GGUF file for both sides, because peers train only from Hugging Face folders. */
async function modelFolder(python: string, model: string, folder: string): Promise<string> {
  if (!model.endsWith(".gguf")) return model;
  const out = join(folder, "model");
  console.error(`Converting ${model} for the peers ...`);
  await resultOf(python, [join(root, "bench", "from_gguf.py"), "--gguf", model, "--out", out]);
  return out;
}

const own = (script: string): string[] => ["--import", "tsx", join(root, "bench", script)];

async function measureAll(python: string, model: string, folder: string): Promise<Outcomes> {
  const languages = options.languages.split(",");
  const settings = { model, data: options.data, languages, rank, maxTokens, batchTokens, learningRate };
  const experiment = writeExperiment(folder, settings);
  const { plan, rowsPerStep } = await planExperiment(experiment);
  const counts = ["--steps", options.steps, "--warmup", String(warmup)];
  const threads = ["--threads", String(availableParallelism())];
  const trl = (mode: string, ...more: string[]) => {
    const shape = ["--row", String(plan.rowLength), "--rows", String(rowsPerStep), "--rank", String(rank)];
    const data = ["--data", ...languages.map(language => dataFile(folder, language))];
    const script = join(root, "bench", "trl_train.py");
    const rate = ["--learning-rate", String(learningRate)];
    return () =>
      resultOf(python, [
        script,
        ...["--model", model],
        ...data,
        ...["--mode", mode],
        ...more,
        ...shape,
        ...rate,
        ...counts,
        ...threads,
      ]);
  };
  const training = [...own("train.ts"), "--experiment", experiment, ...counts, "--json"];
  const decoding = [...own("decode.ts"), "--model", model, "--python", python, ...threads];
  const runs = join(folder, "runs");
  mkdirSync(runs);
  const steps = { steps: Number(options.steps), warmup };
  const steady = await part("Pinch's training step and the GEMM rate beside it", () =>
    resultOf(process.execPath, training),
  );
  const command = await part("pinch run, from the command on", () =>
    measureCommand(options.cli, experiment, runs, steps),
  );
  const padded = await part("TRL + PEFT, default", trl("default"));
  const packed = await part("TRL + PEFT, packed", trl("packed"));
  const unchecked = await part(
    "TRL + PEFT, packed, without gradient recomputation",
    trl("packed", "--no-checkpointing"),
  );
  const decode = await part("Batch decoding, and transformers' generate", () =>
    resultOf(process.execPath, [
      ...decoding,
      ...["--prompts", String(decodedPrompts), "--rounds", "1", "--json"],
    ]),
  );
  const quantized = await part("Pinch's training step over a base of 4 bits", () =>
    resultOf(process.execPath, [...training, "--quantize", "int4"]),
  );
  return { steady, command, padded, packed, unchecked, decode, quantized };
}

async function main(): Promise<void> {
  const model = checkedModel();
  await setUp({ build: resolve(options.cli) === join(root, "dist", "cli.js") });
  const python = options.python ?? (await installPeers(defaultFolder));
  const folder = mkdtempSync(join(tmpdir(), "pinch-bench-"));
  try {
    const outcomes = await measureAll(python, await modelFolder(python, model, folder), folder);
    const report = reportOf(outcomes, { model, steps: Number(options.steps), warmup });
    console.log(`\n${report}`);
    if (options.write) writeBetweenMarkers(join(root, "README.md"), report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

start(main);
