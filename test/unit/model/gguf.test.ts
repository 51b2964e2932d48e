// GGUF files: read as their Hugging Face twin, and each fault named.
import assert from "node:assert/strict";
import { copyFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { ggufConfig } from "../../../src/runtime/model/gguf/ggufConfig.ts";
import { openGguf, readNumbers, readStrings } from "../../../src/runtime/model/gguf/ggufFile.ts";
import { changeOf, ggufName } from "../../../src/runtime/model/gguf/ggufTensors.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import {
  float32Bytes,
  type GgufContent,
  ggufBytes,
  type MetadataEntry,
  tinyGguf,
  writeGguf,
} from "./tinyGguf.ts";
import { temporaryFolder, writeTinyModel } from "./tinyModel.ts";

const fixtures = join(import.meta.dirname, "../../numeric/fixtures/models");

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    assert.notEqual(error.remedy, "");
    return `${error.message} ${error.remedy}`;
  }
  return assert.fail("was accepted");
}

test("a file that gguf-py wrote holds the tensors of the folder it was made from", () => {
  const gguf = openModel(join(fixtures, "tied-f16.gguf"));
  const folder = openModel(join(fixtures, "tied-f16"));
  assert.deepEqual(gguf.config, folder.config);
  assert.equal(gguf.parameterCount, folder.parameterCount);
  assert.deepEqual([...gguf.tensors.keys()], [...folder.tensors.keys()]);
  for (const name of folder.tensors.keys())
    assert.deepEqual(gguf.readTensor(name), folder.readTensor(name), name);
  assert.equal(gguf.tensors.get("model.embed_tokens.weight")?.stored?.dtype, "float16");
  // Rows of queries lie in another order in the file.
  assert.equal(gguf.tensors.get("model.layers.0.self_attn.q_proj.weight")?.stored, null);
  assert.match(gguf.sha256(), /^[0-9a-f]{64}$/);
});

test("version 2 reads as version 3 does, and a folder may hold one GGUF file", () => {
  const path = writeGguf({ ...tinyGguf(), version: 2 });
  const model = openModel(join(path, ".."));
  assert.equal(model.path, path);
  assert.equal(model.name, "tiny.gguf");
  const twin = openModel(writeTinyModel());
  assert.deepEqual(
    model.readTensor("model.layers.1.mlp.up_proj.weight"),
    twin.readTensor("model.layers.1.mlp.up_proj.weight"),
  );
  copyFileSync(path, join(path, "..", "other.gguf"));
  assert.match(
    refusal(() => openModel(join(path, ".."))),
    /holds 2 GGUF files: other.gguf, tiny.gguf/,
  );
});

test("metadata of every kind is read", () => {
  const path = writeGguf({
    metadata: [
      ["a", "uint64", 2 ** 40],
      ["b", "bool", true],
      ["c", "string", "näh"],
      ["d", "array", "int32", [-1, 2]],
      ["e", "array", "string", ["", "x"]],
    ],
    tensors: [],
  });
  const file = openGguf(path);
  assert.equal(file.metadata.get("a"), 2 ** 40);
  assert.equal(file.metadata.get("b"), true);
  assert.equal(file.metadata.get("c"), "näh");
  assert.deepEqual(readNumbers(file, "d"), Float64Array.of(-1, 2));
  assert.deepEqual(readStrings(file, "e"), ["", "x"]);
  assert.equal(readStrings(file, "d"), null);
});

test("rows that rotary embedding pairs go back to their halves, and back into the file", () => {
  // Two heads of four rows, one value each: the file has rows 0 2 1 3 of each head.
  const change = changeOf("llama", "model.layers.0.self_attn.q_proj.weight", 8, 4);
  const stored = Float32Array.of(0, 2, 1, 3, 4, 6, 5, 7);
  assert.deepEqual(change?.undo(stored), Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7));
  assert.deepEqual(change?.make(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)), stored);
});

test("Gemma's norms have their own names", () => {
  const of = (name: string): string | null => ggufName("gemma3", `model.layers.3.${name}.weight`);
  assert.equal(of("post_attention_layernorm"), "blk.3.post_attention_norm.weight");
  assert.equal(of("pre_feedforward_layernorm"), "blk.3.ffn_norm.weight");
  assert.equal(of("self_attn.q_norm"), "blk.3.attn_q_norm.weight");
  assert.equal(ggufName("llama", "model.layers.3.post_attention_layernorm.weight"), "blk.3.ffn_norm.weight");
  assert.equal(ggufName("qwen2", "model.layers.0.self_attn.q_proj.bias"), "blk.0.attn_q.bias");
  assert.equal(ggufName("llama", "lm_head.weight"), "output.weight");
  assert.equal(ggufName("llama", "something.else"), null);
});

/** The tiny file with its metadata's values replaced or, for null, left out, and further entries. */
function changed(
  values: Readonly<Record<string, string | number | null>>,
  more: readonly MetadataEntry[] = [],
) {
  const content = tinyGguf();
  const metadata = content.metadata
    .filter(([key]) => values[key] !== null)
    .map((item): MetadataEntry => {
      const value = values[item[0]];
      return item[1] === "array" || value === undefined || value === null ? item : [item[0], item[1], value];
    });
  return { ...content, metadata: [...metadata, ...more] };
}

const refusalOf = (content: GgufContent): string => refusal(() => openModel(writeGguf(content)));

test("what can't be computed is refused by name", () => {
  assert.match(refusalOf(changed({ "general.architecture": "mamba" })), /architecture mamba.*llama, qwen2/);
  assert.match(refusalOf(changed({ "general.architecture": null })), /without general.architecture/);
  assert.match(refusalOf(changed({}, [["llama.expert_count", "uint32", 8]])), /mixture of experts/);
  assert.match(
    refusalOf(changed({}, [["llama.rope.dimension_count", "uint32", 2]])),
    /rotary embedding of 2/,
  );
  assert.match(refusalOf(changed({}, [["split.count", "uint32", 3]])), /one of 3 parts.*--merge/);
  assert.match(refusalOf(changed({ "llama.embedding_length": null })), /llama.embedding_length is missing/);
  const content = tinyGguf();
  const [first, ...rest] = content.tensors;
  assert.ok(first);
  assert.match(
    refusalOf({ ...content, tensors: [{ ...first, type: 23 }, ...rest] }),
    /token_embd.weight is of type IQ4_XS.*Q6_K/,
  );
  assert.match(refusalOf({ ...content, tensors: rest }), /token_embd.weight is missing/);
  const sinks = { ...first, name: "blk.0.attn_sinks.weight" };
  assert.match(
    refusalOf({ ...content, tensors: [...content.tensors, sinks] }),
    /attn_sinks.weight has no place/,
  );
});

test("an output projection unties the embeddings, and the turn's end token ends a response", () => {
  const content = tinyGguf();
  const embedding = content.tensors.find(({ name }) => name === "token_embd.weight");
  assert.ok(embedding);
  const untied = { ...content, tensors: [...content.tensors, { ...embedding, name: "output.weight" }] };
  assert.equal(openModel(writeGguf(untied)).config.decoder.tiedEmbeddings, false);
  const model = openModel(writeGguf(changed({}, [["tokenizer.ggml.eot_token_id", "uint32", 1]])));
  assert.equal(model.config.decoder.tiedEmbeddings, true);
  assert.deepEqual(model.config.eosTokenIds, [2, 1]);
});

test("Llama 3's rotary scaling is recognised in its divisors", () => {
  // transformers' inv_freq before and after, head size 8, base 500000, factor 8
  const divisors = Float32Array.from({ length: 4 }, (_, i) => {
    const wavelength = 2 * Math.PI * 500_000 ** (i / 4);
    const smooth = (8192 / wavelength - 1) / 3;
    return wavelength < 2048 ? 1 : wavelength > 8192 ? 8 : 1 / ((1 - smooth) / 8 + smooth);
  });
  const withFactors = (values: Float32Array): GgufContent => ({
    ...changed({ "llama.rope.freq_base": 500_000 }, [["llama.attention.key_length", "uint32", 8]]),
    tensors: [
      ...tinyGguf().tensors,
      { name: "rope_freqs.weight", shape: [4], type: 0, bytes: float32Bytes(values) },
    ],
  });
  const configOf = (values: Float32Array) => ggufConfig(openGguf(writeGguf(withFactors(values)))).config;
  assert.deepEqual(configOf(divisors).rope_scaling, {
    rope_type: "llama3",
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  });
  assert.equal(configOf(Float32Array.of(1, 1, 1, 1)).rope_scaling, null);
  assert.match(
    refusal(() => configOf(Float32Array.of(1, 2, 3, 4))),
    /rope_freqs.weight other than/,
  );
});

test("other rotary scaling is passed on under its name", () => {
  const scaled: MetadataEntry[] = [
    ["llama.rope.scaling.type", "string", "yarn"],
    ["llama.rope.scaling.factor", "float32", 4],
    ["llama.rope.scaling.original_context_length", "uint32", 32],
  ];
  const { config } = ggufConfig(openGguf(writeGguf(changed({}, scaled))));
  assert.deepEqual(config.rope_scaling, {
    rope_type: "yarn",
    factor: 4,
    original_max_position_embeddings: 32,
  });
});

function damagedFile(change: (bytes: Buffer) => Buffer): string {
  const path = join(temporaryFolder(), "bad.gguf");
  writeFileSync(path, change(ggufBytes(tinyGguf())));
  return refusal(() => openModel(path));
}

test("damaged files are refused, saying how", () => {
  assert.match(
    damagedFile(() => Buffer.from("version https://git-lfs")),
    /is not a GGUF file/,
  );
  assert.match(
    damagedFile(() => Buffer.alloc(0)),
    /is not a GGUF file/,
  );
  const patched = (at: number, write: (bytes: Buffer, at: number) => void): string =>
    damagedFile(bytes => {
      write(bytes, at);
      return bytes;
    });
  assert.match(
    patched(4, (bytes, at) => bytes.writeUInt32LE(1, at)),
    /GGUF version 1/,
  );
  assert.match(
    patched(4, (bytes, at) => bytes.writeUInt32BE(3, at)),
    /big-endian/,
  );
  assert.match(
    patched(8, (bytes, at) => bytes.writeBigUInt64LE(2n ** 60n, at)),
    /list of tensors/,
  );
  assert.match(
    patched(8, (bytes, at) => bytes.writeBigUInt64LE(900_000n, at)),
    /claims 900000 entries/,
  );
  assert.match(
    patched(16, (bytes, at) => bytes.writeBigUInt64LE(2n ** 40n, at)),
    /the metadata claims/,
  );
  assert.match(
    patched(24, (bytes, at) => bytes.writeBigUInt64LE(2n ** 50n, at)),
    /a string claims/,
  );
  assert.match(
    damagedFile(bytes => bytes.subarray(0, 900)),
    /truncated|do not fit/,
  );
  assert.match(
    damagedFile(bytes => bytes.subarray(0, bytes.length - 64)),
    /it is truncated/,
  );
  const nested: MetadataEntry = ["x", "array", "uint32", [9]];
  const bytes = ggufBytes({ metadata: [nested], tensors: [] });
  bytes.writeUInt32LE(9, bytes.indexOf("x") + 5); // the element type
  assert.match(
    damagedFile(() => bytes),
    /array of arrays/,
  );
  const twice: MetadataEntry = ["x", "uint32", 1];
  assert.match(refusalOf({ metadata: [twice, twice], tensors: [] }), /"x" is there twice/);
});

test("a tensor that became shorter after opening is a fault of the file", () => {
  const path = writeGguf(tinyGguf());
  const model = openModel(path);
  truncateSync(path, 4096);
  assert.match(
    refusal(() => model.readTensor("model.norm.weight")),
    /is truncated/,
  );
});

test("what is neither a folder nor a GGUF file is refused", () => {
  const path = join(temporaryFolder(), "pytorch_model.bin");
  writeFileSync(path, "x");
  assert.match(
    refusal(() => openModel(path)),
    /neither a model folder nor a GGUF file/,
  );
});
