// A process that trains the starter model on one device and tells its parent the losses: a driver may crash.
import "../../src/runtime/ort/withoutTelemetry.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { root } from "../../scripts/lib/paths.mjs";
import { deviceStepModel } from "../../src/graph/nn/deviceStep.ts";
import { trainingGraph } from "../../src/graph/nn/training.ts";
import { trainables, type WeightPlan } from "../../src/graph/nn/weights.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import type { Device } from "../../src/runtime/ort/session.ts";
import { createTrainer } from "../../src/runtime/train/createTrainer.ts";
import { initialiseAdapters } from "../../src/runtime/train/initialise.ts";
import { initialiseMagnitudes } from "../../src/runtime/train/magnitudes.ts";
import { buildBatch, keyStartsOf, type PackedBatch } from "../../src/runtime/train/packing.ts";
import { graphOptions } from "../../src/runtime/train/trainer.ts";

/** What the parent gets, one message for each. */
export type TrainingMessage =
  | { readonly kind: "no adapter"; readonly error: string }
  | {
      readonly kind: "trained";
      readonly device: Device;
      readonly losses: number[];
      readonly gradientNorms: number[];
      readonly updates: number;
      readonly valuesChanged: number;
      /** Of each step, see `attention`. */
      readonly keyStarts: number[][];
    }
  | { readonly kind: "loaded"; readonly int64Nodes: string[] };

/** Two blocks of attention, and room for several examples: the second block leaves out those before its own. */
const rowLength = 256;
const optimizer = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 } as const;
const learningRate = 5e-3;

interface Row {
  readonly prompt: string;
  readonly response: string;
}

function firstRows(language: string, count: number): Row[] {
  const file = join(root, "examples", "just-a-pinch", "data", "train", `${language}.jsonl`);
  return readFileSync(file, "utf8")
    .split("\n", count)
    .map(line => JSON.parse(line) as Row);
}

const model = openModel(join(root, "media", "starter"));
const tokenizer = loadTokenizer(model);
const config = model.config.decoder;
const folder = new GraphFolder(model);
/** With all settings of training that change its graph, or with none. */
const withSettings = process.argv.includes("settings");
const plan: WeightPlan = {
  kind: "frozen",
  stored: folder.stored,
  rank: 4,
  alpha: 8,
  ...(withSettings && { dora: true }),
};
const settings = withSettings
  ? { dropout: { rate: 0.1, seed: 7 }, noise: { alpha: 5, seed: 7 }, smoothing: 0.1 }
  : {};
/** Nearly full, in the order of the file: no language's examples begin where another's do. */
function packedRow(language: string): PackedBatch {
  const examples = firstRows(language, 12).map(row => tokenizer.formatExample(row));
  return buildBatch([[...examples.keys()]], examples, rowLength);
}

const [english, swahili] = [packedRow("en"), packedRow("sw")];
/** The first row again at the end: its loss must have fallen. A software adapter takes seconds for each. */
const steps = [[english], [swahili], [english]];

function tell(message: TrainingMessage): void {
  process.send?.(message);
}

async function train(device: Device): Promise<void> {
  const store = (bytes: Uint8Array): string => folder.write(device, bytes);
  const trainer = await createTrainer({ config, plan, rowLength, optimizer, device, store, ...settings });
  initialiseAdapters(trainer.parameters, 1);
  await initialiseMagnitudes({ config, plan, store }, trainer.parameters);
  const before = trainer.parameters.values.slice();
  const results = [];
  for (const batches of steps) results.push(await trainer.step(batches, learningRate));
  const { values, step } = await trainer.snapshot();
  tell({
    kind: "trained",
    device,
    losses: results.map(({ loss }) => loss),
    gradientNorms: results.map(({ gradientNorm }) => gradientNorm),
    updates: step,
    valuesChanged: values.filter((x, i) => x !== before[i]).length / values.length,
    keyStarts: steps.flatMap(batches => batches.map(({ segments }) => keyStartsOf(segments, rowLength))),
  });
}

/** Loads the step with a log that says where each node is placed, and tells which ones compute int64. */
async function load(): Promise<void> {
  const options = { rowLength, config, plan, optimizer, device: "webgpu", ...settings } as const;
  const graph = trainingGraph(config, plan, rowLength, graphOptions(options));
  const path = folder.write(
    "placed",
    deviceStepModel(graph, trainables(config, plan), { ...optimizer, float16: false }),
  );
  tell({
    kind: "loaded",
    int64Nodes: graph.nodes
      .filter(node => node.outputs.every(output => output.dtype === "int64"))
      .map(node => node.name),
  });
  await InferenceSession.create(path, { executionProviders: ["webgpu", "cpu"], logSeverityLevel: 0 });
}

async function hasAdapter(): Promise<boolean> {
  try {
    const { DeviceReader } = await import("../../src/runtime/ort/deviceReader.ts");
    await DeviceReader.create("webgpu");
    return true;
  } catch (error) {
    tell({ kind: "no adapter", error: String(error) });
    return false;
  }
}

async function main(): Promise<void> {
  try {
    if (!(await hasAdapter())) return;
    await train("cpu");
    await train("webgpu");
    await load();
  } finally {
    folder.remove();
    process.disconnect();
  }
}

void main();
