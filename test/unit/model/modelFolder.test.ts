// Model folders: a good one opens, and each fault is named with what was expected and found.
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { resolveModelFolder } from "../../../src/runtime/model/resolveModel.ts";
import { writeSafetensors } from "../../../src/runtime/model/safetensors.ts";
import { temporaryFolder, tinyTensors, writeJson, writeTinyModel } from "./tinyModel.ts";

function refusal(action: () => unknown): HumanError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    return error;
  }
  return assert.fail("was accepted");
}

test("a complete folder opens", () => {
  const model = openModel(writeTinyModel());
  assert.equal(model.config.decoder.headSize, 4);
  assert.deepEqual(model.config.eosTokenIds, [2]);
  assert.equal(model.template, "own");
  // 263*8 embedding, 8 final norm, per layer: norms 16, q 64, k 32, v 32, o 64, mlp 3*96
  assert.equal(model.parameterCount, 263 * 8 + 8 + 2 * (16 + 64 + 32 + 32 + 64 + 288));
  assert.equal(model.readTensor("model.norm.weight").length, 8);
  assert.match(model.sha256(), /^[0-9a-f]{64}$/);
});

test("the hash depends on weights and tokenizer, not on the folder's place", () => {
  const first = openModel(writeTinyModel()).sha256();
  assert.equal(openModel(writeTinyModel()).sha256(), first);
  assert.notEqual(openModel(writeTinyModel({ template: "{{ messages[0].content }}" })).sha256(), first);
  assert.notEqual(openModel(writeTinyModel({ tensors: tinyTensors("F16") })).sha256(), first);
});

test("generation_config.json adds end tokens, and a folder without a template uses the plain one", () => {
  const folder = writeTinyModel({ template: null });
  writeJson(folder, "generation_config.json", { eos_token_id: [2, 0] });
  const model = openModel(folder);
  assert.deepEqual(model.config.eosTokenIds, [2, 0]);
  assert.equal(model.template, "plain");
});

test("shards are read through their index", () => {
  const folder = writeTinyModel();
  rmSync(join(folder, "model.safetensors"));
  const tensors = tinyTensors();
  const parts = [tensors.slice(0, 5), tensors.slice(5)];
  const weightMap: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const name = `model-0000${index + 1}-of-00002.safetensors`;
    writeSafetensors(join(folder, name), part);
    for (const tensor of part) weightMap[tensor.name] = name;
  }
  writeJson(folder, "model.safetensors.index.json", { weight_map: weightMap });
  const model = openModel(folder);
  assert.equal(new Set([...model.tensors.values()].map(tensor => tensor.stored?.path)).size, 2);
  const last = tensors.at(-1);
  assert.ok(last);
  assert.deepEqual(model.readTensor(last.name), last.data);
  rmSync(join(folder, "model-00002-of-00002.safetensors"));
  assert.match(refusal(() => openModel(folder)).message, /model-00002-of-00002.safetensors is missing/);
});

test("missing and mismatching tensors are named with both shapes", () => {
  const without = tinyTensors().filter(tensor => !tensor.name.includes("layers.1.mlp.up_proj"));
  assert.match(
    refusal(() => openModel(writeTinyModel({ tensors: without }))).message,
    /model\.layers\.1\.mlp\.up_proj\.weight is missing/,
  );
  assert.match(
    refusal(() => openModel(writeTinyModel({ config: { intermediate_size: 16 } }))).message,
    /gate_proj\.weight has shape \[12, 8\], config\.json asks for \[16, 8\]/,
  );
  assert.match(
    refusal(() => openModel(writeTinyModel({ config: { tie_word_embeddings: false } }))).message,
    /lm_head\.weight is missing.*does not tie/,
  );
});

test("another output projection than the embeddings is used although config.json ties them", () => {
  const tensors = tinyTensors();
  const embeddings = tensors.find(({ name }) => name === "model.embed_tokens.weight");
  assert.ok(embeddings?.data instanceof Float32Array);
  const tied = openModel(
    writeTinyModel({ tensors: [...tensors, { ...embeddings, name: "lm_head.weight" }] }),
  );
  assert.equal(tied.config.decoder.tiedEmbeddings, true);
  assert.deepEqual(tied.notes, []);
  const data = embeddings.data.slice();
  data[data.length - 1] = 9;
  const own = openModel(
    writeTinyModel({ tensors: [...tensors, { ...embeddings, name: "lm_head.weight", data }] }),
  );
  assert.equal(own.config.decoder.tiedEmbeddings, false);
  assert.equal(own.configJson.tie_word_embeddings, false, "an exported model says so");
  assert.deepEqual(own.readTensor("lm_head.weight"), data);
  assert.match(own.notes.join(), /lm_head\.weight/);
});

test("missing and truncated files are named with a remedy", () => {
  for (const name of ["config.json", "tokenizer.json"]) {
    const folder = writeTinyModel();
    rmSync(join(folder, name));
    const error = refusal(() => openModel(folder));
    assert.ok(error.message.includes(`${name} is missing`) || error.message.includes(name), error.message);
    assert.notEqual(error.remedy, "");
  }
  const noWeights = writeTinyModel();
  renameSync(join(noWeights, "model.safetensors"), join(noWeights, "pytorch_model.bin"));
  assert.match(refusal(() => openModel(noWeights)).message, /neither model\.safetensors nor/);
  const truncated = writeTinyModel();
  truncateSync(join(truncated, "model.safetensors"), 5000);
  assert.match(refusal(() => openModel(truncated)).message, /truncated/);
  const broken = writeTinyModel();
  writeFileSync(join(broken, "config.json"), "{");
  assert.match(refusal(() => openModel(broken)).message, /config\.json is not valid JSON/);
  assert.match(refusal(() => openModel(join(broken, "nowhere"))).message, /does not exist/);
});

test("models are found as the starter, as a folder beside the mixture file, and in the Hub cache", () => {
  const starter = writeTinyModel();
  const home = temporaryFolder();
  const file = join(home, "a.mixture.yaml");
  const environment = { HF_HOME: join(home, "hf") };
  const find = (model: string) => resolveModelFolder(model, file, starter, environment);
  assert.equal(find("pinch/starter"), starter);
  mkdirSync(join(home, "models", "x"), { recursive: true });
  assert.equal(find("models/x"), join(home, "models", "x"));
  assert.equal(find(starter), starter);
  const repository = join(home, "hf", "hub", "models--org--name");
  const snapshot = join(repository, "snapshots", "abc");
  mkdirSync(snapshot, { recursive: true });
  assert.match(refusal(() => find("org/name")).message, /nor in the Hugging Face cache/);
  writeFileSync(join(snapshot, "config.json"), "{}");
  assert.equal(find("org/name"), snapshot);
  mkdirSync(join(repository, "snapshots", "def"));
  writeFileSync(join(repository, "snapshots", "def", "config.json"), "{}");
  mkdirSync(join(repository, "refs"));
  writeFileSync(join(repository, "refs", "main"), "abc");
  assert.equal(find("org/name"), snapshot);
  assert.match(refusal(() => find("other/name")).remedy, /pinch download other\/name/);
  assert.match(refusal(() => find("./missing")).message, /does not exist/);
  assert.match(refusal(() => find("m.gguf")).message, /m\.gguf does not exist/);
  writeFileSync(join(home, "m.gguf"), "");
  assert.equal(find("m.gguf"), join(home, "m.gguf"));
  assert.equal(find(repository), snapshot, "a repository of the cache stands for its snapshot");
  assert.match(refusal(() => find("org/name/m.gguf")).remedy, /pinch download org\/name\/m\.gguf/);
  writeFileSync(join(snapshot, "m.gguf"), "");
  assert.equal(find("org/name/m.gguf"), join(snapshot, "m.gguf"));
  assert.match(refusal(() => resolveModelFolder("pinch/starter", file, home, {})).message, /built-in model/);
});

test("weights of two models in one folder are refused by name", () => {
  const folder = writeTinyModel();
  const tensors = tinyTensors();
  writeSafetensors(join(folder, "model-00001-of-00001.safetensors"), tensors);
  const map = Object.fromEntries(tensors.map(({ name }) => [name, "model-00001-of-00001.safetensors"]));
  writeJson(folder, "model.safetensors.index.json", { weight_map: map });
  assert.match(refusal(() => openModel(folder)).message, /holds two models/);
  rmSync(join(folder, "model.safetensors"));
  assert.equal(openModel(folder).tensors.size, tensors.length);
  const twice = { ...map, extra: "model-00002-of-00002.safetensors" };
  writeSafetensors(join(folder, "model-00002-of-00002.safetensors"), tensors.slice(0, 1));
  writeJson(folder, "model.safetensors.index.json", { weight_map: twice });
  assert.match(refusal(() => openModel(folder)).message, /embed_tokens\.weight is in .* and in/);
});

test("configs without layers or heads, or with thousands of layers, are refused", () => {
  for (const config of [{ num_hidden_layers: 0 }, { num_attention_heads: 0 }, { num_hidden_layers: 5000 }])
    assert.match(
      refusal(() => openModel(writeTinyModel({ config }))).message,
      new RegExp(Object.keys(config).join()),
    );
});
