// The whole decoder against PyTorch: logits, losses, gradients, 20 training steps, greedy generation.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { adapterName, type WeightPlan } from "../../src/graph/nn/weights.ts";
import { buildBatch, type PackableExample } from "../../src/runtime/data/packing.ts";
import { Generator } from "../../src/runtime/generation/generator.ts";
import { decoderConfig } from "../../src/runtime/model/llamaConfig.ts";
import { openModel } from "../../src/runtime/model/modelFolder.ts";
import {
  openSafetensors,
  readTensorFloat32,
  type SafetensorsFile,
} from "../../src/runtime/model/safetensors.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import type { Parameters } from "../../src/runtime/train/parameters.ts";
import { Trainer } from "../../src/runtime/train/trainer.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const rank = 4;
const alpha = 8;

interface Greedy {
  readonly prompt: number[];
  readonly tokens: number[];
}
interface Reference {
  readonly full: { readonly loss: number; readonly gradientNorm: number; readonly greedy: Greedy[] };
  readonly lora: { readonly loss: number; readonly gradientNorm: number; readonly greedy: Greedy[] };
}
interface Training {
  /** Per step (in turn) and micro-batch: indices of rows. */
  readonly microBatches: number[][][];
  readonly lora: TrainingRun;
  readonly full: TrainingRun;
}
interface TrainingRun {
  readonly settings: { betas: [number, number]; epsilon: number; weightDecay: number; clipNorm: number };
  readonly events: { learningRate: number; loss: number; gradientNorm: number; responseTokens: number }[];
  readonly greedy: Greedy[];
}

const json = <T>(name: string): T => JSON.parse(readFileSync(join(fixtures, name), "utf8")) as T;
const examples = json<{ rowTokens: number; rows: number[][]; examples: PackableExample[] }>("examples.json");
const rowLength = examples.rowTokens;

function adapters(name: string): SafetensorsFile {
  return openSafetensors(join(fixtures, "adapters", name, "adapter_model.safetensors"));
}

interface Setup {
  readonly trainer: Trainer;
  readonly plan: WeightPlan;
  readonly folder: GraphFolder;
  readonly config: ReturnType<typeof decoderConfig>;
}

async function setup(model: string, method: "lora" | "full", run: TrainingRun | null): Promise<Setup> {
  const opened = openModel(join(fixtures, "models", model));
  const folder = new GraphFolder(opened);
  const plan: WeightPlan =
    method === "full" ? { kind: "full" } : { kind: "frozen", stored: folder.stored, rank, alpha };
  const trainer = await Trainer.create({
    config: decoderConfig(opened.config),
    plan,
    rowLength,
    optimizer: run?.settings ?? { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, clipNorm: 0 },
    device: "cpu",
    store: bytes => folder.write("training", bytes),
  });
  if (method === "full") {
    for (const { name } of trainer.parameters.slots)
      trainer.parameters.view(trainer.parameters.values, name).set(opened.readTensor(name));
  }
  return { trainer, plan, folder, config: decoderConfig(opened.config) };
}

function loadAdapter(parameters: Parameters, file: SafetensorsFile): void {
  for (const { name } of parameters.slots)
    parameters.view(parameters.values, name).set(readTensorFloat32(file, name));
}

function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

function largestDifference(actual: Float32Array, expected: Float32Array): number {
  assert.equal(actual.length, expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...actual.map((x, i) => Math.abs(x - (expected[i] as number)))) / scale;
}

async function greedyAgrees(
  { plan, trainer, folder, config }: Setup,
  expected: readonly Greedy[],
): Promise<void> {
  const generator = await Generator.create({
    config,
    plan,
    parameters: trainer.parameters.feeds,
    device: "cpu",
    store: bytes => folder.write("generation", bytes),
    maxPositions: 64,
  });
  const request = { maxNewTokens: 24, stopIds: [], temperature: 0, topP: 1, seed: 0 };
  const results = await generator.generate(
    expected.map(one => one.prompt),
    request,
  );
  assert.deepEqual(
    results.map(result => result.ids),
    expected.map(one => one.tokens),
  );
  await generator.release();
}

for (const model of ["tied", "untied"]) {
  const reference = json<Reference>(`reference-${model}.json`);
  const training = json<Training>(`training-${model}.json`);
  const gradients = openSafetensors(join(fixtures, `reference-${model}.safetensors`));
  const gradientOf = (method: string, name: string): Float32Array =>
    readTensorFloat32(gradients, `${method === "full" ? "gradient" : "lora.gradient"}.${name}`);

  for (const method of ["full", "lora"] as const) {
    test(`${model}, ${method}: loss and gradients of packed rows are those of the examples alone`, async () => {
      const one = await setup(model, method, null);
      const { parameters } = one.trainer;
      if (method === "lora") loadAdapter(parameters, adapters("random"));
      const before = parameters.values.slice();
      const result = await one.trainer.step(
        [buildBatch(examples.rows.slice(0, 2), examples.examples, rowLength)],
        0,
      );
      assert.deepEqual(parameters.values, before, "a learning rate of 0 changes nothing");
      assert.ok(
        relative(result.loss, reference[method].loss) < 1e-5,
        `loss ${result.loss}, PyTorch ${reference[method].loss}`,
      );
      assert.ok(relative(result.gradientNorm, reference[method].gradientNorm) < 1e-4);
      for (const { name } of parameters.slots) {
        const difference = largestDifference(
          parameters.view(parameters.gradients, name),
          gradientOf(method, name),
        );
        assert.ok(difference < 1e-3, `gradient of ${name} differs by ${difference}`);
      }
      await greedyAgrees(one, reference[method].greedy);
      one.folder.remove();
    });

    test(`${model}, ${method}: 20 training steps follow PyTorch`, async t => {
      const run = training[method];
      const one = await setup(model, method, run);
      if (method === "lora") loadAdapter(one.trainer.parameters, adapters("initial"));
      let worst = 0;
      for (const [i, event] of run.events.entries()) {
        const rows = training.microBatches[i % training.microBatches.length] as number[][];
        const batches = rows.map(row =>
          buildBatch(
            row.map(r => examples.rows[r as unknown as number] as number[]),
            examples.examples,
            rowLength,
          ),
        );
        const { loss, gradientNorm, responseTokens } = await one.trainer.step(batches, event.learningRate);
        assert.equal(responseTokens, event.responseTokens);
        worst = Math.max(worst, relative(loss, event.loss));
        assert.ok(
          relative(gradientNorm, event.gradientNorm) < 1e-3,
          `step ${i + 1}: norm ${gradientNorm}, PyTorch ${event.gradientNorm}`,
        );
      }
      t.diagnostic(`largest relative difference in loss: ${worst.toExponential(2)}`);
      assert.ok(worst < 1e-4, `loss differs by ${worst}`);
      if (method === "lora") {
        const tuned = adapters(`tuned-${model}`);
        for (const { name } of one.trainer.parameters.slots) {
          assert.ok(
            largestDifference(
              one.trainer.parameters.view(one.trainer.parameters.values, name),
              readTensorFloat32(tuned, name),
            ) < 1e-3,
            name,
          );
        }
      }
      await greedyAgrees(one, run.greedy);
      one.folder.remove();
    });
  }
}

test("adapters are named as PEFT names them", () => {
  assert.ok(adapters("initial").entries.has(adapterName("model.layers.0.self_attn.q_proj", "A")));
});
