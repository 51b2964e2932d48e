// A base of 4 or 8 bits: what is computed equals the same rounded weights in float32.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { JsonObject } from "../../src/common/json.ts";
import { seededRandom } from "../../src/common/random.ts";
import { blockMatrix, quantizedBlock, quantizedWeight } from "../../src/graph/nn/weights.ts";
import { encodeModel } from "../../src/graph/onnx/encode.ts";
import { GraphBuilder } from "../../src/graph/tape/builder.ts";
import { expectedTensors } from "../../src/runtime/model/expectedTensors.ts";
import { float16ToFloat32 } from "../../src/runtime/model/floatFormats.ts";
import { parseModelConfig } from "../../src/runtime/model/modelConfig.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { type QuantizedMatrix, quantize } from "../../src/runtime/model/quantize.ts";
import type { TensorToWrite } from "../../src/runtime/model/safetensors.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { float32Of, Session, tensor } from "../../src/runtime/ort/session.ts";
import { HostTrainer } from "../../src/runtime/train/hostTrainer.ts";
import { initialiseAdapters } from "../../src/runtime/train/initialise.ts";
import { initialiseMagnitudes } from "../../src/runtime/train/magnitudes.ts";
import { buildBatch } from "../../src/runtime/train/packing.ts";
import type { TrainerOptions } from "../../src/runtime/train/trainer.ts";
import { tinyConfig, writeTinyModel } from "../unit/model/tinyModel.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-quantized-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const shape = { ...tinyConfig, hidden_size: 64, intermediate_size: 128, vocab_size: 263 };

/** The same size with convolutions, which have weights that are not quantised. */
const convolutional = {
  ...shape,
  rms_norm_eps: null,
  hidden_act: null,
  architectures: ["Lfm2ForCausalLM"],
  model_type: "lfm2",
  conv_bias: true,
  block_multiple_of: 32,
  full_attn_idxs: [1],
};
/** And with the gated delta rule in one of two layers. */
const recurrent = {
  ...shape,
  architectures: ["Qwen3_5ForCausalLM"],
  model_type: "qwen3_5_text",
  head_dim: 16,
  full_attention_interval: 2,
  linear_key_head_dim: 16,
  linear_num_key_heads: 2,
  linear_num_value_heads: 4,
  linear_value_head_dim: 16,
  rope_theta: 100,
  tie_word_embeddings: true,
};
/** Configurations, with the number of matrices that are quantised. */
const models = [
  { config: shape, matrices: 2 * 7 + 1 },
  { config: convolutional, matrices: 5 + 7 + 1 },
  { config: recurrent, matrices: 8 + 7 + 1 },
];

function randomTensors(config: JsonObject): TensorToWrite[] {
  const random = seededRandom("quantized model");
  return [...expectedTensors(parseModelConfig("config.json", config, {}))].map(([name, size]) => {
    const count = size.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from({ length: count }, () => (size.length === 1 ? 1 : (random() - 0.5) / 4));
    return { name, dtype: "F32", shape: size, data };
  });
}

/** As the quantised bytes say. */
function dequantized({ values, scales, least }: QuantizedMatrix, bits: 4 | 8): Float32Array {
  const [scale, start] = [scales, least].map(halves => {
    const floats = new Float32Array(halves.length);
    float16ToFloat32(halves, floats);
    return floats;
  }) as [Float32Array, Float32Array];
  return Float32Array.from({ length: (values.length * 8) / bits }, (_, i) => {
    const block = Math.floor(i / quantizedBlock);
    const q = bits === 8 ? values[i] : ((values[i >> 1] as number) >> (4 * (i % 2))) & 15;
    return Math.fround((q as number) * (scale[block] as number)) + (start[block] as number);
  });
}

async function losses(
  path: string,
  base: "float" | "int8" | "int4",
  more: Pick<TrainerOptions, "noise" | "dropout"> & { readonly dora?: true } = {},
): Promise<number[]> {
  const model = openModel(path);
  const graphs = new GraphFolder(model, base);
  try {
    const { dora, ...others } = more;
    const plan = graphs.frozen({ rank: 4, alpha: 8, ...(dora && { dora }) });
    const trainer = await HostTrainer.create({
      config: model.config.decoder,
      plan,
      rowLength: 32,
      optimizer: { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, clipNorm: 1 },
      ...others,
      device: "cpu",
      store: bytes => graphs.write("training", bytes),
    });
    initialiseAdapters(trainer.parameters, 1);
    const store = (bytes: Uint8Array): string => graphs.write("norms", bytes);
    await initialiseMagnitudes({ config: model.config.decoder, plan, store }, trainer.parameters);
    const random = seededRandom("quantized-batch");
    const ids = Array.from({ length: 30 }, () => Math.floor(random() * shape.vocab_size));
    const batch = buildBatch([[0]], [{ ids, responseStart: 5 }], 32);
    const found: number[] = [];
    for (let step = 0; step < 6; step++) found.push((await trainer.step([batch], 1e-2)).loss);
    await trainer.release();
    return found;
  } finally {
    graphs.remove();
  }
}

/** The same model with every quantised matrix replaced by what its bytes stand for. */
function roundedCopy(
  path: string,
  base: "int8" | "int4",
  { config, matrices }: (typeof models)[number],
): string {
  const model = openModel(path);
  const graphs = new GraphFolder(model, base);
  const tensors = [...model.tensors].map(([name, { shape: size }]) => {
    const bits = graphs.quantized.get(name)?.bits;
    const values = model.readTensor(name);
    const data = bits === undefined ? values : dequantized(quantize(values, bits), bits);
    return { name, dtype: "F32" as const, shape: size, data };
  });
  assert.equal(graphs.quantized.size, matrices, "all matrices of the layers, and the embedding");
  graphs.remove();
  return writeTinyModel({ config, tensors });
}

describe("rounding to integers", () => {
  const random = seededRandom("quantize");
  const matrix = Float32Array.from({ length: 8 * 64 }, () => random() ** 3 - 0.3);

  for (const bits of [4, 8] as const) {
    it(`${bits} bits: no value moves by more than half a step of its block`, () => {
      const rounded = quantize(matrix, bits);
      assert.equal(rounded.values.length, (matrix.length * bits) / 8);
      const back = dequantized(rounded, bits);
      for (let from = 0; from < matrix.length; from += quantizedBlock) {
        const block = matrix.subarray(from, from + quantizedBlock);
        const step = (Math.max(...block) - Math.min(...block)) / (2 ** bits - 1);
        const half = 2 ** -11; // of the ends of the grid, which are float16
        block.forEach((w, i) => {
          const moved = Math.abs((back[from + i] as number) - w);
          assert.ok(moved <= step / 2 + half, `${w} moved by ${moved}, step ${step}`);
        });
      }
    });

    it(`${bits} bits: what lies on the grid keeps its value`, () => {
      const once = dequantized(quantize(matrix, bits), bits);
      assert.deepEqual(dequantized(quantize(once, bits), bits), once);
      const zeros = new Float32Array(64);
      assert.deepEqual(dequantized(quantize(zeros, bits), bits), zeros);
      const same = new Float32Array(64).fill(-0.25);
      assert.deepEqual(dequantized(quantize(same, bits), bits), same);
    });

    it(`${bits} bits: the runtime's product of integers agrees with the rounded matrix`, async () => {
      const rounded = quantize(matrix, bits);
      const files = mkdtempSync(join(folder, "product-"));
      const place = (data: Uint8Array | Uint16Array, name: string) => {
        writeFileSync(join(files, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        return { location: name, offset: 0, length: data.byteLength };
      };
      const weight = {
        bits,
        values: place(rounded.values, "values"),
        scales: place(rounded.scales, "scales"),
        least: place(rounded.least, "least"),
      };
      const g = new GraphBuilder();
      const quantization = { merge: false, blockMatrix: (columns: number) => blockMatrix(g, columns) };
      const x = g.input("x", "float32", [3, 64]);
      g.output("y", quantizedWeight(g, "w", [8, 64], weight, quantization).multiply(x));
      const path = join(files, "product.onnx");
      writeFileSync(path, encodeModel(g, "product"));
      const session = await Session.create(path, "cpu");
      const input = Float32Array.from({ length: 3 * 64 }, () => random() - 0.5);
      const y = float32Of((await session.run({ x: tensor(input, [3, 64]) })).y, "y");
      const w = dequantized(rounded, bits);
      for (let i = 0; i < 3; i++)
        for (let o = 0; o < 8; o++) {
          let sum = 0;
          let scale = 0;
          for (let k = 0; k < 64; k++) {
            const term = (input[i * 64 + k] as number) * (w[o * 64 + k] as number);
            sum += term;
            scale += Math.abs(term);
          }
          // the runtime rounds x to 8 bits as well
          assert.ok(Math.abs((y[i * 8 + o] as number) - sum) < 0.01 * scale);
        }
      await session.release();
    });
  }
});

for (const model of models)
  describe(`training over a quantised base, ${model.config.model_type}`, () => {
    const path = writeTinyModel({ config: model.config, tensors: randomTensors(model.config) });

    for (const base of ["int8", "int4"] as const) {
      for (const [name, more] of [
        ["noise on embeddings", { noise: { alpha: 5, seed: 7 } }],
        ["dropout", { dropout: { rate: 0.3, seed: 7 } }],
        ["DoRA", { dora: true }],
      ] as const)
        it(`${base}: ${name} as over the rounded weights`, async () => {
          const quantised = await losses(path, base, more);
          const rounded = await losses(roundedCopy(path, base, model), "float", more);
          const quiet = await losses(path, base);
          quantised.forEach((loss, i) => {
            assert.ok(
              Math.abs(loss / (rounded[i] as number) - 1) < 1e-5,
              `step ${i}: ${loss}, ${rounded[i]}`,
            );
            // The first step's B is zero: what an adapter sees does not show.
            if (i > 0 || "noise" in more) assert.notEqual(loss, quiet[i]);
          });
        });

      it(`${base}: losses are those of the rounded weights in float32`, async () => {
        const quantised = await losses(path, base);
        const rounded = await losses(roundedCopy(path, base, model), "float");
        const plain = await losses(path, "float");
        quantised.forEach((loss, i) => {
          assert.ok(Math.abs(loss / (rounded[i] as number) - 1) < 1e-5, `step ${i}: ${loss}, ${rounded[i]}`);
        });
        assert.notEqual(quantised[0], plain[0]);
        assert.ok((quantised.at(-1) as number) < 0.9 * (quantised[0] as number), `it learns: ${quantised}`);
      });
    }
  });
