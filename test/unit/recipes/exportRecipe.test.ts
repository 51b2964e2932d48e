// What an export writes: merged weights, shards, settings, tokenizer and card; and what it refuses.
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { plainChatTemplate } from "../../../src/core/prompt/chat.ts";
import type { ExportRequest } from "../../../src/protocol/runtime.ts";
import { hashesOf } from "../../../src/runtime/files/fileHashes.ts";
import { readRunRecord, writeRunRecord } from "../../../src/runtime/files/runFolder.ts";
import { ChatTemplate } from "../../../src/runtime/model/chatTemplate.ts";
import { shardsOf } from "../../../src/runtime/model/exportModel.ts";
import { openGguf } from "../../../src/runtime/model/gguf/ggufFile.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import {
  openSafetensors,
  readTensorBytes,
  readTensorFloat32,
  writeSafetensors,
} from "../../../src/runtime/model/safetensors.ts";
import { exportRun } from "../../../src/runtime/recipes/export.ts";
import { pieceMetadata, tinyGguf, writeGguf } from "../model/tinyGguf.ts";
import { temporaryFolder, writeTinyModel } from "../model/tinyModel.ts";
import { alpha, context, finishedRun, rank, tuned } from "./finishedRun.ts";

/** (W + scale · B · A)[row, column], by the definition. */
function mergedAt(
  scale: number,
  weight: Float32Array,
  a: Float32Array,
  b: Float32Array,
  columns: number,
  row: number,
  column: number,
): number {
  let sum = 0;
  for (let k = 0; k < rank; k++) sum += (b[row * rank + k] ?? 0) * (a[k * columns + column] ?? 0);
  return Math.fround((weight[row * columns + column] ?? 0) + scale * sum);
}

test("a merged model has W + alpha / rank · B · A where it was tuned, and the base's own values elsewhere", () =>
  mergesBy(alpha / rank, false));

test("rsLoRA merges with alpha / √rank", () => mergesBy(alpha / Math.sqrt(rank), true));

test("an adapter for llama.cpp, which divides alpha by the rank, has the alpha that gives the same scale", async () => {
  for (const [rslora, scale] of [
    [false, alpha / rank],
    [true, alpha / Math.sqrt(rank)],
  ] as const) {
    const { request } = await finishedRun({ rslora });
    const { folder, files } = await exportRun(request({ format: "gguf-adapter" }), context());
    const { name = "" } = files.find(file => file.name.endsWith(".gguf")) ?? {};
    const written = Number(openGguf(join(folder, name)).metadata.get("adapter.lora.alpha"));
    assert.equal(written, Math.fround(scale * rank));
  }
});

async function mergesBy(scale: number, rslora: boolean): Promise<void> {
  const { request, starter, adapter } = await finishedRun({ rslora });
  const base = openModel(starter);
  const { folder, files } = await exportRun(request(), context());
  assert.deepEqual(
    files.map(({ name }) => name),
    [
      "README.md",
      "config.json",
      "generation_config.json",
      "model.safetensors",
      "tokenizer.json",
      "tokenizer_config.json",
    ],
  );
  const written = openSafetensors(join(folder, "model.safetensors"));
  assert.deepEqual([...written.entries.keys()].sort(), [...base.tensors.keys()].sort());
  for (const [name, { shape }] of base.tensors) {
    const values = readTensorFloat32(written, name);
    const weight = base.readTensor(name);
    const layer = name.replace(/\.weight$/, "");
    if (!tuned.includes(layer)) {
      assert.deepEqual(values, weight, name);
      continue;
    }
    const a = adapter.get(`base_model.model.${layer}.lora_A.weight`) ?? new Float32Array();
    const b = adapter.get(`base_model.model.${layer}.lora_B.weight`) ?? new Float32Array();
    const [rows = 0, columns = 0] = shape;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        assert.equal(values[row * columns + column], mergedAt(scale, weight, a, b, columns, row, column));
    assert.notDeepEqual(values, weight);
  }
}

test("16-bit weights are rounded, the settings say so, and shards hold every tensor once", async () => {
  const { request, starter } = await finishedRun();
  const base = openModel(starter);
  const maxShardBytes = 1500;
  const { folder } = await exportRun(request({ dtype: "bfloat16", maxShardBytes }), context());
  const whole = await exportRun(request(), context());
  const exact = openSafetensors(join(whole.folder, "model.safetensors"));
  const index = JSON.parse(readFileSync(join(folder, "model.safetensors.index.json"), "utf8")) as {
    metadata: { total_size: number };
    weight_map: Record<string, string>;
  };
  const shards = readdirSync(folder).filter(name => name.endsWith(".safetensors"));
  assert.ok(shards.length > 2 && shards.every(name => /^model-0000\d-of-0000\d\.safetensors$/.test(name)));
  assert.deepEqual([...new Set(Object.values(index.weight_map))].sort(), shards);
  assert.deepEqual(Object.keys(index.weight_map), [...base.tensors.keys()].sort());
  assert.equal(index.metadata.total_size, 2 * base.parameterCount);
  for (const [name, shard] of Object.entries(index.weight_map)) {
    const file = openSafetensors(join(folder, shard));
    const sizes = [...file.entries.values()].map(({ length }) => length);
    assert.ok(sizes.length === 1 || sizes.reduce((sum, size) => sum + size) <= maxShardBytes, shard);
    const bits = new Uint16Array(readTensorBytes(file, name).buffer);
    const words = new Uint32Array(readTensorFloat32(exact, name).buffer);
    for (const [i, word] of words.entries()) {
      const low = word & 0xffff;
      const up = low > 0x8000 || (low === 0x8000 && ((word >>> 16) & 1) === 1);
      assert.equal(bits[i], ((word >>> 16) + Number(up)) & 0xffff, name);
    }
  }
  const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as Record<string, unknown>;
  assert.equal(config.torch_dtype, "bfloat16");
  assert.equal(config.hidden_size, base.config.decoder.hiddenSize);
});

test("a shard is filled to the last byte, and a tensor larger than a shard has one to itself", () => {
  const tensors = [2, 3, 4, 9, 1].map((size, i) => ({
    name: `t${i}`,
    shape: [size],
    values: () => new Float32Array(size),
  }));
  const names = (maxBytes: number) =>
    shardsOf(tensors, "float32", maxBytes).map(shard => shard.map(({ name }) => name).join(" "));
  assert.deepEqual(names(20), ["t0 t1", "t2", "t3", "t4"]);
  assert.deepEqual(names(19), ["t0", "t1", "t2", "t3", "t4"]);
  assert.deepEqual(names(36), ["t0 t1 t2", "t3", "t4"]);
  assert.deepEqual(names(76), ["t0 t1 t2 t3 t4"]);
});

test("an adapter is exported byte for byte, with tokenizer and card; a model without a template gets the plain one", async () => {
  const { request, folder: run } = await finishedRun({ model: writeTinyModel({ template: null }) });
  const { folder } = await exportRun(request({ format: "adapter", dtype: null }), context());
  const weights = "adapter_model.safetensors";
  assert.deepEqual(readFileSync(join(folder, weights)), readFileSync(join(run, "adapter", weights)));
  const config = (at: string) => JSON.parse(readFileSync(join(at, "adapter_config.json"), "utf8")) as object;
  // A path of this machine would be looked for on another.
  assert.deepEqual(config(folder), { ...config(join(run, "adapter")), base_model_name_or_path: null });
  assert.ok(existsSync(join(folder, "tokenizer.json")));
  assert.equal(readFileSync(join(folder, "chat_template.jinja"), "utf8"), plainChatTemplate);
  const card = readFileSync(join(folder, "README.md"), "utf8");
  assert.match(card, /^---\nlanguage:\n- "en"\n- "fi"\n- "sw"\nlibrary_name: peft\n/);
  assert.match(card, /\| Finnish \(fi\) \| 1 \| 12\.5 % \|/);
  assert.match(card, /\| Swahili \(sw\) \| yes \| 75\.0 \(20\.0–100\.0, n = 4\) \|/);
  assert.match(card, /PeftModel\.from_pretrained/);
  assert.match(card, /chat_template\.jinja/);
  assert.ok(!card.includes(dirname(run)) && !card.includes(folder), "no path of this machine");
});

test("a GGUF base becomes a folder: settings, tokenizer and values from its own metadata", async () => {
  const path = writeGguf(tinyGguf());
  const { request } = await finishedRun({ written: path });
  const base = openModel(path);
  const { folder } = await exportRun(request(), context());
  const opened = openModel(folder);
  assert.deepEqual(opened.config, base.config);
  assert.deepEqual(opened.tokenizerFiles().tokenizer, base.tokenizerFiles().tokenizer);
  const name = "model.layers.0.mlp.up_proj.weight";
  assert.deepEqual(opened.readTensor(name), base.readTensor(name));
  const json = (file: string) =>
    JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, unknown>;
  assert.equal(json("tokenizer_config.json").tokenizer_class, "PreTrainedTokenizerFast");
  assert.deepEqual(json("generation_config.json"), { bos_token_id: 0, eos_token_id: 2 });
});

test("a GGUF file has the merged weights, with a Modelfile and a card that names llama.cpp", async () => {
  const { request, folder: run } = await finishedRun();
  const merged = openModel((await exportRun(request(), context())).folder);
  const { folder, files } = await exportRun(request({ format: "gguf" }), context());
  const name = `${basename(run)}-float32.gguf`;
  assert.deepEqual(
    files.map(file => file.name),
    ["Modelfile", "README.md", name].sort(),
  );
  const opened = openModel(join(folder, name));
  for (const tensor of merged.tensors.keys())
    assert.deepEqual(opened.readTensor(tensor), merged.readTensor(tensor), tensor);
  assert.equal(opened.tokenizerFiles().chatTemplate, merged.tokenizerFiles().chatTemplate);
  const card = readFileSync(join(folder, "README.md"), "utf8");
  assert.match(card, /library_name: gguf\n/);
  assert.ok(card.includes(`llama-server -m ${name}\n`) && card.includes("ollama create"), card);
  assert.ok(readFileSync(join(folder, "Modelfile"), "utf8").startsWith(`FROM ./${name}\nTEMPLATE`));
  const { files: smaller } = await exportRun(request({ format: "gguf", dtype: null }), context());
  assert.ok(smaller.some(file => file.name.endsWith("-float16.gguf")));
});

test("an adapter as GGUF comes with a card that says what to add it to", async () => {
  const { request, folder: run } = await finishedRun();
  const { folder, files } = await exportRun(request({ format: "gguf-adapter", dtype: null }), context());
  const name = `${basename(run)}-lora.gguf`;
  assert.deepEqual(
    files.map(file => file.name),
    ["README.md", name].sort(),
  );
  const card = readFileSync(join(folder, "README.md"), "utf8");
  assert.ok(card.includes(`--lora ${name}`) && /^A LoRA adapter for/m.test(card), card);
  await assert.rejects(exportRun(request({ dtype: "q8_0" }), context()), /q8_0 is a data type of GGUF files/);
});

/** A SentencePiece model of one piece and a normalizer: fields with lengths, as protobuf writes them. */
const sentencePiece = Buffer.from([0x0a, 3, 0x0a, 1, 0x61, 0x1a, 2, 0x18, 1]);

test("tokenizer and template files are the base's, byte for byte", async () => {
  const model = writeTinyModel({ template: null });
  const named = {
    "tokenizer_config.json": `\ufeff${readFileSync(join(model, "tokenizer_config.json"), "utf8")}`,
  };
  const files: Readonly<Record<string, string | Buffer>> = {
    ...named,
    "tokenizer.model": sentencePiece,
    "vocab.json": '{"a": 0}\r\n',
    "merges.txt": "#version: 0.2\r\na b",
    "chat_template.jinja": "{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}\n",
    "additional_chat_templates/rag.jinja": "{{ messages[0].content }}",
  };
  mkdirSync(join(model, "additional_chat_templates"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(model, name), content);
  const { request } = await finishedRun({ model });
  for (const format of ["merged", "adapter"] as const) {
    const { folder } = await exportRun(request({ format, out: join(temporaryFolder(), format) }), context());
    for (const name of ["tokenizer.json", ...Object.keys(files)])
      assert.deepEqual(readFileSync(join(folder, name)), readFileSync(join(model, name)), name);
  }
  for (const damaged of [sentencePiece.subarray(0, -1), Buffer.from("a text"), Buffer.alloc(0)]) {
    writeFileSync(join(model, "tokenizer.model"), damaged);
    await assert.rejects(exportRun(request(), context()), /tokenizer\.model is not a SentencePiece model/);
  }
});

test("a GGUF file with pieces says that tokenizer.model is not in it", async () => {
  const { metadata, ...rest } = tinyGguf();
  const others = metadata.filter(([key]) => !key.startsWith("tokenizer."));
  const path = writeGguf({ ...rest, metadata: [...others, ...pieceMetadata()] });
  const { request } = await finishedRun({ written: path });
  const said: string[] = [];
  await exportRun(request(), context({ log: (_, message) => said.push(message) }));
  assert.match(said.join("\n"), /not the tokenizer\.model that llama\.cpp's converter needs/);
});

test("an export is whole or not there", async () => {
  const { request } = await finishedRun();
  const stop = new AbortController();
  const cancelled = request();
  const progress = ({ phase }: { phase: string }) => phase === "save" && stop.abort();
  await assert.rejects(
    exportRun(cancelled, context({ signal: stop.signal, progress })),
    (error: unknown) => error instanceof HumanError && error.kind === "cancelled",
  );
  assert.deepEqual(readdirSync(dirname(cancelled.out)), [], "nothing of it is left");

  const taken = request();
  mkdirSync(taken.out);
  writeFileSync(join(taken.out, "mine.txt"), "");
  await assert.rejects(exportRun(taken, context()), /exists already/);
  assert.deepEqual(readdirSync(taken.out), ["mine.txt"]);
  const empty = request();
  mkdirSync(empty.out);
  await exportRun(empty, context());
  assert.ok(readdirSync(empty.out).includes("model.safetensors"));
});

test("what can't be exported is refused with what to do", async () => {
  const refusal = async (request: ExportRequest): Promise<string> => {
    try {
      await exportRun(request, context());
    } catch (error) {
      assert.ok(error instanceof HumanError && error.kind === "input", String(error));
      assert.ok(!existsSync(request.out));
      return `${error.message} ${error.remedy}`;
    }
    return "exported";
  };
  assert.match(await refusal((await finishedRun({ mixture: "base" })).request()), /untuned model/);

  const changed = await finishedRun();
  const weights = join(changed.starter, "model.safetensors");
  const bytes = readFileSync(weights);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(weights, bytes);
  assert.match(await refusal(changed.request()), /no longer the model that the run was trained on/);

  const huge = await finishedRun();
  const path = join(huge.folder, "adapter", "adapter_model.safetensors");
  const all = [...huge.adapter].map(([name, data]) => {
    const shape = openSafetensors(path).entries.get(name)?.shape ?? [];
    return { name, dtype: "F32" as const, shape, data: data.fill(1e4) };
  });
  writeSafetensors(path, all);
  assert.match(
    await refusal(huge.request()),
    /adapter_model\.safetensors was changed since the run wrote it/,
  );
  const keep = (folder: string): void =>
    writeRunRecord(folder, { ...readRunRecord(folder), files: hashesOf(folder, ["adapter"]) });
  keep(huge.folder);
  assert.match(await refusal(huge.request({ dtype: "float16" })), /too large for float16\. Choose bfloat16/);
  assert.equal(await refusal(huge.request({ dtype: "bfloat16" })), "exported");
  writeSafetensors(path, all.slice(0, 3));
  keep(huge.folder);
  assert.match(await refusal(huge.request()), /does not fit|no tensor/);

  const unfinished = await finishedRun();
  writeFileSync(join(unfinished.folder, "adapter", "adapter_config.json"), "{}");
  keep(unfinished.folder);
  assert.match(await refusal(unfinished.request()), /does not give rank, alpha and target modules/);
  assert.equal(basename(unfinished.folder).startsWith("pinch-s7-"), true);
});

test("no export copies what a link of the model's folder leads to", {
  skip: process.platform === "win32" && "files can't be linked without a privilege",
}, async () => {
  const secret = join(temporaryFolder(), "credentials.json");
  writeFileSync(secret, '{"key": "hunter2"}');
  const names = [
    "special_tokens_map.json",
    "added_tokens.json",
    "tokenizer_config.json",
    "generation_config.json",
    "tokenizer.model",
    "merges.txt",
  ];
  for (const name of names)
    for (const format of ["merged", "adapter"] as const) {
      const model = writeTinyModel();
      rmSync(join(model, name), { force: true });
      symlinkSync(secret, join(model, name));
      const { request } = await finishedRun({ model });
      const { out } = request();
      const asked = request({ out, format });
      await assert.rejects(exportRun(asked, context()), /leads outside the model's folder/, name);
      assert.ok(!existsSync(out), name);
    }
});

test("what the mixture file sets of a template holds in an export, unless it is set anew", async () => {
  const template =
    "{{ 'on' if thinks else 'off' }}{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}";
  const model = writeTinyModel({ template });
  const { request } = await finishedRun({
    model,
    written: { path: "pinch/starter", template: { thinks: true, name: "it's" } },
  });
  const { folder } = await exportRun(request({ format: "adapter", dtype: null }), context());
  const exported = new ChatTemplate("x", readFileSync(join(folder, "chat_template.jinja"), "utf8"));
  const messages = [{ role: "user", content: "Hi" }];
  assert.equal(exported.render({ messages, eos_token: "." }), "onHi.");
  assert.equal(exported.render({ messages, eos_token: ".", thinks: false }), "offHi.");
});
