// What the comparisons with PyTorch share: reference values, a model made ready to train, differences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DecoderConfig } from "../../src/graph/nn/decoderConfig.ts";
import { type AdapterShape, isMagnitude, type WeightPlan } from "../../src/graph/nn/weights.ts";
import { Generator } from "../../src/runtime/generation/generator.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { readTensorFloat32, type SafetensorsFile } from "../../src/runtime/model/safetensors.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { HostTrainer } from "../../src/runtime/train/hostTrainer.ts";
import { buildBatch, type PackableExample, type PackedBatch } from "../../src/runtime/train/packing.ts";
import type { Parameters } from "../../src/runtime/train/parameters.ts";
import type { TrainerOptions } from "../../src/runtime/train/trainer.ts";

export const fixtures = join(import.meta.dirname, "fixtures");
const adapters = { rank: 4, alpha: 8 };

export interface Greedy {
  readonly prompt: number[];
  readonly tokens: number[];
}

export interface TrainingRun {
  readonly settings: { betas: [number, number]; epsilon: number; weightDecay: number; clipNorm: number };
  readonly events: { learningRate: number; loss: number; gradientNorm: number; responseTokens: number }[];
}

export const json = <T>(name: string): T => JSON.parse(readFileSync(join(fixtures, name), "utf8")) as T;
export const examples = json<{ rowTokens: number; rows: number[][]; examples: PackableExample[] }>(
  "examples.json",
);
const rowLength = examples.rowTokens;

export interface Setup {
  readonly trainer: HostTrainer;
  readonly plan: WeightPlan;
  readonly folder: GraphFolder;
  readonly config: DecoderConfig;
}

/**
 * @param model A folder of the fixtures.
 * @param settings Settings of the adapters besides their rank and alpha.
 * @param more Settings of the training.
 */
export async function setup(
  model: string,
  method: "lora" | "full",
  run: TrainingRun | null,
  settings: Partial<AdapterShape> = {},
  more: Pick<TrainerOptions, "noise" | "dropout" | "smoothing" | "recomputation" | "lossWeight"> = {},
): Promise<Setup> {
  const opened = openModel(join(fixtures, model));
  const folder = new GraphFolder(opened);
  const plan: WeightPlan = method === "full" ? { kind: "full" } : folder.frozen({ ...adapters, ...settings });
  const trainer = await HostTrainer.create({
    config: opened.config.decoder,
    plan,
    rowLength,
    optimizer: run?.settings ?? { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, clipNorm: 0 },
    device: "cpu",
    store: bytes => folder.write("training", bytes),
    ...more,
  });
  if (method === "full") {
    for (const { name } of trainer.parameters.slots)
      trainer.parameters.view(trainer.parameters.values, name).set(opened.readTensor(name));
  }
  return { trainer, plan, folder, config: opened.config.decoder };
}

export function loadAdapter(parameters: Parameters, file: SafetensorsFile): void {
  for (const { name } of parameters.slots)
    if (!isMagnitude(name)) parameters.view(parameters.values, name).set(readTensorFloat32(file, name));
}

/** @param rows Indices of rows of `examples`. */
export function batchOf(rows: readonly number[]): PackedBatch {
  return buildBatch(
    rows.map(row => examples.rows[row] as number[]),
    examples.examples,
    rowLength,
  );
}

/**
 * Trains as PyTorch did, and requires its losses and norms.
 * @param microBatches Per step (in turn) and micro-batch: indices of rows.
 * @returns The largest relative difference in loss.
 */
export async function trainAsPyTorch(
  { trainer }: Setup,
  { events }: Pick<TrainingRun, "events">,
  microBatches: readonly number[][][],
): Promise<number> {
  let worst = 0;
  for (const [i, event] of events.entries()) {
    const rows = microBatches[i % microBatches.length] as number[][];
    const { loss, gradientNorm, responseTokens } = await trainer.step(rows.map(batchOf), event.learningRate);
    assert.equal(responseTokens, event.responseTokens);
    worst = Math.max(worst, relative(loss, event.loss));
    assert.ok(
      relative(gradientNorm, event.gradientNorm) < 1e-3,
      `step ${i + 1}: norm ${gradientNorm}, PyTorch ${event.gradientNorm}`,
    );
  }
  assert.ok(worst < 1e-4, `loss differs by ${worst}`);
  return worst;
}

export function assertTuned(parameters: Parameters, tuned: (name: string) => Float32Array): void {
  for (const { name } of parameters.slots) {
    const difference = largestDifference(parameters.view(parameters.values, name), tuned(name));
    assert.ok(difference < 1e-3, `${name} differs by ${difference}`);
  }
}

export function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

/** Of the largest absolute expected value. */
export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  assert.equal(actual.length, expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...actual.map((x, i) => Math.abs(x - (expected[i] as number)))) / scale;
}

export async function greedyAgrees(
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
