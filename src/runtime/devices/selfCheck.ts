// Checks that a device computes the same as the CPU, by comparing two training steps of a tiny random model.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../common/random.ts";
import { decoderWeights } from "../../graph/nn/decoderWeights.ts";
import type { StoredWeight } from "../../graph/nn/weights.ts";
import { parseModelConfig } from "../model/modelConfig.ts";
import type { Device } from "../ort/session.ts";
import { createTrainer } from "../train/createTrainer.ts";
import { initialiseAdapters } from "../train/initialise.ts";
import { buildBatch, type PackedBatch } from "../train/packing.ts";
import type { CheckOutcome } from "./tryDevice.ts";

/** Values that are compared. */
export interface CheckedSteps {
  /** Mean loss before the first and before the second update. */
  readonly losses: readonly number[];
  /** AdamW's first moment after the first update: the clipped gradient, times 0.1. */
  readonly gradient: Float32Array;
}

/**
 * Maximum relative difference of a loss. SwiftShader differs by 1e-5; TensorFloat-32, which CUDA's products
 * use, keeps 11 bits of a factor (5e-4), which averages out in sums. A faulty kernel is off by far more.
 */
const lossTolerance = 1e-3;
/** Maximum difference of gradients relative to the largest one: sums of few terms average out less. */
const gradientTolerance = 1e-2;

const rowLength = 32;
const config = parseModelConfig(
  "self-check",
  {
    architectures: ["LlamaForCausalLM"],
    vocab_size: 160,
    hidden_size: 64,
    intermediate_size: 96,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    max_position_embeddings: rowLength,
    tie_word_embeddings: true,
    hidden_act: "silu",
  },
  {},
).decoder;
const optimizer = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 } as const;
const learningRate = 1e-2;

/** Writes random weights to a file in `folder`, the way frozen weights are stored next to a graph. */
function writeWeights(folder: string): Map<string, StoredWeight> {
  const random = seededRandom("self-check");
  const stored = new Map<string, StoredWeight>();
  const parts: Float32Array[] = [];
  let offset = 0;
  for (const { name, shape } of decoderWeights(config)) {
    const count = shape.reduce((product, dim) => product * dim, 1);
    const scale = 2 / Math.sqrt(shape.at(-1) ?? 1);
    const values = Float32Array.from({ length: count }, () =>
      shape.length === 1 ? 0.5 + random() : (random() - 0.5) * scale,
    );
    stored.set(name, { dtype: "float32", location: "weights.bin", offset, length: values.byteLength });
    offset += values.byteLength;
    parts.push(values);
  }
  const bytes = parts.map(part => new Uint8Array(part.buffer));
  writeFileSync(join(folder, "weights.bin"), Buffer.concat(bytes));
  return stored;
}

/** Creates two rows, the first with two examples that must not see each other. */
function batch(): PackedBatch {
  const random = seededRandom("self-check-batch");
  const example = (length: number) => ({
    ids: Array.from({ length }, () => Math.floor(random() * config.vocabularySize)),
    responseStart: 4,
  });
  return buildBatch([[0, 1], [2]], [example(12), example(17), example(24)], rowLength);
}

/** Trains on one device. The result is the same on every machine, except for rounding. */
export async function trainTinyModel(device: Device): Promise<CheckedSteps> {
  const folder = mkdtempSync(join(tmpdir(), "pinch-check-"));
  try {
    const trainer = await createTrainer({
      config,
      plan: { kind: "frozen", stored: writeWeights(folder), rank: 4, alpha: 8 },
      rowLength,
      optimizer,
      device,
      store: model => {
        const path = join(folder, "check.onnx");
        writeFileSync(path, model);
        return path;
      },
    });
    const { parameters } = trainer;
    initialiseAdapters(parameters, 1);
    // PEFT initialises B to 0, which would leave no gradient of A to compare.
    const random = seededRandom("self-check-adapters");
    for (const { name } of parameters.slots)
      if (name.includes("lora_B"))
        parameters.view(parameters.values, name).forEach((_, i, b) => {
          b[i] = (random() - 0.5) * 0.1;
        });
    const first = await trainer.step([batch()], learningRate);
    const gradient = (await trainer.snapshot()).mean.slice();
    const second = await trainer.step([batch()], learningRate);
    await trainer.release();
    return { losses: [first.loss, second.loss], gradient };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  }
}

export function compareSteps(actual: CheckedSteps, expected: CheckedSteps): CheckOutcome {
  const loss = largest(expected.losses, (x, i) => Math.abs((actual.losses[i] ?? Number.NaN) / x - 1));
  const scale = largest(expected.gradient, Math.abs);
  const gradient =
    largest(expected.gradient, (x, i) => Math.abs((actual.gradient[i] ?? Number.NaN) - x)) / scale;
  return {
    passed: loss <= lossTolerance && gradient <= gradientTolerance,
    detail: `loss differs by ${shown(loss)} (at most ${lossTolerance}), gradients by ${shown(gradient)} (at most ${gradientTolerance})`,
  };
}

export async function selfCheck(device: Device): Promise<CheckOutcome> {
  return compareSteps(await trainTinyModel(device), await trainTinyModel("cpu"));
}

/** Returns the largest value; NaN if any value is. */
function largest(values: ArrayLike<number>, of: (x: number, i: number) => number): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const x = of(values[i] ?? Number.NaN, i);
    if (!(x <= most)) most = x;
    if (Number.isNaN(most)) break;
  }
  return most;
}

function shown(x: number): string {
  return Number.isFinite(x) ? x.toPrecision(2) : "no number";
}
