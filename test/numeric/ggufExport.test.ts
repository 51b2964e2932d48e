// GGUF files of every architecture compute what the exported model does, and what they can't say is refused.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { HumanError } from "../../src/common/errors.ts";
import { seededRandom } from "../../src/common/random.ts";
import { defaultTraining } from "../../src/core/mixture/defaults.ts";
import { trainables } from "../../src/graph/nn/weights.ts";
import type { GgufDtype } from "../../src/protocol/runtime.ts";
import { type ExportedTensor, mergedTensors } from "../../src/runtime/model/exportModel.ts";
import { writeGgufModel } from "../../src/runtime/model/gguf/exportGguf.ts";
import { openGguf } from "../../src/runtime/model/gguf/ggufFile.ts";
import type { ModelFolder } from "../../src/runtime/model/modelFolder.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors } from "../../src/runtime/model/safetensors.ts";
import { writeAdapter } from "../../src/runtime/train/adapterFiles.ts";
import { Parameters } from "../../src/runtime/train/parameters.ts";
import { logitsOf } from "./logits.ts";
import { fixtures, largestDifference } from "./parity.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-gguf-"));
after(() => rmSync(folder, { recursive: true, force: true }));

type Changes = Readonly<Record<string, unknown>>;

/** Changes of the configurations whose original says more than a GGUF file can. */
const asLlamaHasIt: Readonly<Record<string, Changes>> = {
  llama3: {
    rope_theta: 1e6, // so that some of the few frequencies are scaled, some not, and one is in between
    rope_scaling: {
      rope_type: "llama3",
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    },
  },
  mistral: {},
  qwen2: { use_sliding_window: false },
  qwen3: {
    rope_parameters: {
      rope_type: "yarn",
      rope_theta: 100,
      factor: 4,
      original_max_position_embeddings: 32,
    },
  },
  gemma3: { query_pre_attn_scalar: 12 },
  cohere: {},
  cohere2: {},
};

interface Json {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/** A copy of a model with its vocabulary as byte-level pairs: the original has words, which llama.cpp has not. */
function model(name: string, changes: Changes): ModelFolder {
  const copy = mkdtempSync(join(folder, name));
  cpSync(join(fixtures, "architectures", name), copy, { recursive: true });
  const read = (file: string): unknown => JSON.parse(readFileSync(join(copy, file), "utf8"));
  const write = (file: string, value: object): void => writeFileSync(join(copy, file), JSON.stringify(value));
  write("config.json", { ...(read("config.json") as object), ...changes });
  const tokenizer = read("tokenizer.json") as Json;
  const special = tokenizer.added_tokens.map(({ content }) => content);
  const letters = Array.from({ length: 96 - special.length }, (_, i) => String.fromCodePoint(33 + i));
  write("tokenizer.json", {
    ...tokenizer,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      vocab: Object.fromEntries([...special, ...letters].map((token, id) => [token, id])),
      merges: [],
    },
  });
  return openModel(copy);
}

async function written(
  base: ModelFolder,
  dtype: GgufDtype,
  tensors: readonly ExportedTensor[] = [...base.tensors].map(([name, { shape }]) => ({
    name,
    shape,
    values: () => base.readTensor(name),
  })),
): Promise<string> {
  const path = join(base.path, `${dtype}.gguf`);
  await writeGgufModel(path, base, { tensors, dtype, name: "Trial", texts: [] }, () => undefined);
  return path;
}

const ids = [1, 20, 31, 44, 5, 90, 17, 60, 8, 2];
/** Limits of the largest relative error of logits. */
const limits: Readonly<Record<GgufDtype, number>> = {
  float32: 1e-6,
  float16: 2e-3,
  bfloat16: 1e-2,
  q8_0: 5e-2,
};

for (const [name, changes] of Object.entries(asLlamaHasIt))
  test(`${name}: logits of its GGUF files`, async t => {
    const base = model(name, changes);
    const expected = await logitsOf(base.path, ids);
    for (const dtype of ["float32", "float16", "bfloat16", "q8_0"] as const) {
      const path = await written(base, dtype);
      const error = largestDifference(await logitsOf(path, ids), expected);
      t.diagnostic(`${name}, ${dtype}: largest relative error of logits ${error.toExponential(1)}`);
      assert.ok(error < limits[dtype], `${dtype}: logits differ by ${error}`);
      const types = new Set([...openGguf(path).tensors.values()].map(({ typeName }) => typeName));
      if (dtype === "q8_0") assert.deepEqual([...types].sort(), ["F16", "F32", "Q8_0"]); // rows of 48 in float16
    }
  });

for (const [name, changes] of Object.entries({ mistral: {}, gemma3: { query_pre_attn_scalar: 12 } }))
  test(`${name}: embeddings trained besides an adapter are in the GGUF file`, async () => {
    const base = model(name, changes);
    const { decoder } = base.config;
    const lora = { ...defaultTraining.lora, rank: 2, alpha: 4 };
    const shape = { ...lora, embeddings: true } as const;
    const plan = { kind: "frozen", stored: new Map(), ...shape } as const;
    const parameters = new Parameters(trainables(decoder, plan));
    const random = seededRandom("gguf", name);
    for (let i = 0; i < parameters.size; i++) parameters.values[i] = 0.3 * (random() - 0.5);
    writeAdapter(join(base.path, "adapter"), parameters, decoder, { lora, embeddings: true }, "", false);
    const adapter = openSafetensors(join(base.path, "adapter", "adapter_model.safetensors"));
    const expected = await logitsOf(base.path, ids, { shape, parameters: parameters.feeds });
    const path = await written(base, "float32", mergedTensors(base, adapter, shape));
    const error = largestDifference(await logitsOf(path, ids), expected);
    assert.ok(error < 1e-5, `logits differ by ${error}`);
    assert.ok(largestDifference(await logitsOf(base.path, ids), expected) > 0.1, "the base alone differs");
  });

const refusals: readonly (readonly [name: string, changes: Changes, message: RegExp])[] = [
  ["llama3", {}, /rotary scaling by rope_freqs\.weight other than that of Llama 3/],
  ["qwen2", {}, /don't store its attention\.1\.window/],
  ["qwen3", {}, /don't store its attention\.0\.rotary\.scaling\.betaFast/],
  ["gemma3", {}, /don't store its attentionScale/],
  ["qwen3", { ...asLlamaHasIt.qwen3, hidden_act: "gelu_pytorch_tanh" }, /don't store its activation/],
];

for (const [name, changes, message] of refusals)
  test(`${name} with ${JSON.stringify(changes)} is refused as GGUF: ${message.source}`, async () => {
    await assert.rejects(
      written(model(name, changes), "float32"),
      (error: unknown) =>
        error instanceof HumanError &&
        message.test(error.message) &&
        /--format merged/.test(error.remedy ?? ""),
    );
  });
