// GGUF files as gguf-py writes them, tokenizers that come back the same, and those that llama.cpp would read otherwise.
import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import type { GgufDtype } from "../../../src/protocol/runtime.ts";
import { writeGgufAdapter, writeGgufModel } from "../../../src/runtime/model/gguf/exportGguf.ts";
import {
  type GgufFile,
  openGguf,
  readGgufTensor,
  readNumbers,
  readStoredValue,
  readStrings,
} from "../../../src/runtime/model/gguf/ggufFile.ts";
import { ggufTokenizer } from "../../../src/runtime/model/gguf/ggufTokenizer.ts";
import { modelfile } from "../../../src/runtime/model/gguf/modelfile.ts";
import {
  preTokenizerNameOf,
  preTokenizerNames,
  preTokenizerOf,
} from "../../../src/runtime/model/gguf/preTokenizers.ts";
import { quantizeBlocks } from "../../../src/runtime/model/gguf/quantizeBlocks.ts";
import type { ModelFolder } from "../../../src/runtime/model/modelFolder.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { openSafetensors, writeSafetensors } from "../../../src/runtime/model/safetensors.ts";
import { loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { type MetadataEntry, pieceMetadata, tinyGguf, writeGguf } from "./tinyGguf.ts";
import {
  chatTemplate,
  specialTokens,
  temporaryFolder,
  tinyTokenizer,
  writeJson,
  writeTinyModel,
} from "./tinyModel.ts";

const fixtures = join(import.meta.dirname, "../../numeric/fixtures");

type Json = Readonly<Record<string, unknown>>;

async function written(base: ModelFolder, dtype: GgufDtype = "float32"): Promise<string> {
  const path = join(temporaryFolder(), "out.gguf");
  const tensors = [...base.tensors].map(([name, { shape }]) => ({
    name,
    shape,
    values: () => base.readTensor(name),
  }));
  await writeGgufModel(path, base, { tensors, dtype, name: "Trial", texts: ["in the end"] }, () => undefined);
  return path;
}

function bytesIn(file: GgufFile, name: string): string {
  const tensor = file.tensors.get(name);
  assert.ok(tensor, name);
  return readFileSync(file.path)
    .subarray(tensor.offset, tensor.offset + tensor.length)
    .toString("base64");
}

test("metadata and tensors are those that gguf-py writes of the same model", async () => {
  const folder = temporaryFolder();
  cpSync(join(fixtures, "models/tied-f16"), folder, { recursive: true });
  // Words, which llama.cpp doesn't have, become letters.
  const tokenizer = JSON.parse(readFileSync(join(folder, "tokenizer.json"), "utf8")) as {
    added_tokens: { content: string }[];
  };
  const special = tokenizer.added_tokens.map(({ content }) => content);
  const letters = Array.from({ length: 96 - special.length }, (_, i) => String.fromCodePoint(33 + i));
  writeJson(folder, "tokenizer.json", {
    ...tokenizer,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      vocab: Object.fromEntries([...special, ...letters].map((token, id) => [token, id])),
      merges: [],
    },
  });
  const own = openGguf(await written(openModel(folder), "float16"));
  const reference = openGguf(join(fixtures, "models/tied-f16.gguf"));
  const different = [...reference.metadata.keys()].filter(
    key =>
      !own.metadata.has(key) ||
      Buffer.compare(readStoredValue(own, key), readStoredValue(reference, key)) !== 0,
  );
  assert.deepEqual(different, ["general.name", "tokenizer.ggml.tokens"]);
  assert.deepEqual([...own.tensors.keys()].sort(), [...reference.tensors.keys()].sort());
  for (const [name, tensor] of reference.tensors) {
    assert.deepEqual(own.tensors.get(name)?.shape, tensor.shape, name);
    assert.equal(own.tensors.get(name)?.typeName, tensor.typeName, name);
    assert.equal(bytesIn(own, name), bytesIn(reference, name), name);
  }
});

test("Q8_0 blocks are, bit for bit, those of ggml's own Python package", () => {
  const { types } = JSON.parse(readFileSync(join(fixtures, "gguf-quantised.json"), "utf8")) as {
    types: { Q8_0: { values: string; blocks: string } };
  };
  const values = new Float32Array(Uint8Array.from(Buffer.from(types.Q8_0.values, "base64")).buffer);
  const blocks = quantizeBlocks("Q8_0", values);
  assert.ok(blocks.length > 200);
  assert.equal(Buffer.from(blocks).toString("base64"), types.Q8_0.blocks);
});

test("rules for words are found by what they do, under a name that stands for them", () => {
  for (const name of preTokenizerNames) {
    const rules = preTokenizerOf(name);
    assert.ok(rules);
    const found = preTokenizerNameOf({
      pre_tokenizer: rules.preTokenizer,
      normalizer: rules.normalizer,
      model: { ignore_merges: rules.wholeWords },
    });
    assert.ok(found !== null && found !== "default", name);
    assert.deepEqual(preTokenizerOf(found), rules, name);
  }
  // Other spellings of the same rules.
  const byteLevel = { type: "ByteLevel", add_prefix_space: false };
  const digits = { type: "Digits", individual_digits: true };
  assert.equal(preTokenizerNameOf({ pre_tokenizer: byteLevel }), "gpt-2");
  const both = { type: "Sequence", pretokenizers: [digits, byteLevel] };
  assert.equal(preTokenizerNameOf({ pre_tokenizer: both, normalizer: null }), "smollm");
  const composed = { type: "Sequence", normalizers: [{ type: "NFC" }] };
  assert.equal(preTokenizerNameOf({ pre_tokenizer: both, normalizer: composed }), "command-r");
});

const spm = (): Json => ggufTokenizer(openGguf(writeGguf({ ...tinyGguf(pieceMetadata()) }))).tokenizer;

const piecesTemplate = "{{ bos_token }}{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}";

function withTokenizer(tokenizer: Json, template?: string): ModelFolder {
  const ofPieces = JSON.stringify(tokenizer.added_tokens).includes("<s>");
  const folder = writeTinyModel({ template: template ?? (ofPieces ? piecesTemplate : chatTemplate) });
  writeJson(folder, "tokenizer.json", tokenizer);
  if (ofPieces)
    writeJson(folder, "tokenizer_config.json", {
      bos_token: "<s>",
      eos_token: "</s>",
      unk_token: "<unk>",
      chat_template: template ?? piecesTemplate,
    });
  return openModel(folder);
}

test("a tokenizer of pieces gets scores that give its merges, its bytes and its prefix", async () => {
  const base = withTokenizer(spm());
  const file = openGguf(await written(base));
  const before = openGguf(writeGguf({ ...tinyGguf(pieceMetadata()) }));
  assert.equal(file.metadata.get("tokenizer.ggml.model"), "llama");
  assert.deepEqual(
    readStrings(file, "tokenizer.ggml.tokens")?.map(token => (token === "  " ? "\u2581\u2581" : token)),
    readStrings(before, "tokenizer.ggml.tokens")?.map(token => (token === "  " ? "\u2581\u2581" : token)),
  );
  assert.deepEqual(
    readNumbers(file, "tokenizer.ggml.token_type"),
    readNumbers(before, "tokenizer.ggml.token_type"),
  );
  assert.equal(file.metadata.get("tokenizer.ggml.add_space_prefix"), true);
  // The template writes <s>, and so does the tokenizer: llama.cpp puts one before a prompt, and Ollama too.
  assert.equal(file.metadata.get("tokenizer.ggml.add_bos_token"), true);
  assert.doesNotMatch(modelfile("m.gguf", base), /<s>/);
  const again = loadTokenizer(openModel(file.path));
  for (const text of ["ab a  b", "a é\n"])
    assert.deepEqual(again.encode(text), loadTokenizer(base).encode(text));
});

test("a tokenizer of pieces as Gemma has it: no prefix, a split that splits nothing, a tab next to its byte", async () => {
  const model = ownModel(spm());
  const marked = { type: "Replace", pattern: { String: " " }, content: "\u2581" };
  const base = withTokenizer({
    ...spm(),
    normalizer: marked,
    pre_tokenizer: { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious", invert: false },
    model: {
      ...model,
      vocab: {
        ...(model.vocab as object),
        "\t": Object(model.vocab)["<0x09>"] as unknown,
      },
    },
  });
  const file = openGguf(await written(base));
  assert.equal(file.metadata.get("tokenizer.ggml.add_space_prefix"), false);
  assert.ok(readStrings(file, "tokenizer.ggml.tokens")?.includes("<0x09>"));
  const again = loadTokenizer(openModel(file.path));
  assert.deepEqual(again.encode("ab\ta"), loadTokenizer(base).encode("ab\ta"));
});

test("a token before every text is left out where the template has none", async () => {
  const base = withTokenizer(spm(), piecesTemplate.replace("{{ bos_token }}", ""));
  const file = openGguf(await written(base));
  assert.equal(file.metadata.get("tokenizer.ggml.add_bos_token"), false);
});

test("a base that is a GGUF file passes its header on byte for byte", async () => {
  const more: MetadataEntry[] = [
    ["general.license", "string", "mit"],
    ["general.file_type", "uint32", 15],
    ["quantize.imatrix.file", "string", "/home/someone/imatrix.dat"],
    ["tokenizer.chat_template", "string", chatTemplate],
  ];
  const content = tinyGguf();
  const base = openGguf(writeGguf({ ...content, metadata: [...content.metadata, ...more] }));
  const file = openGguf(await written(openModel(base.path), "q8_0"));
  const kept = [...base.metadata.keys()].filter(key => !/file_type|quantize/.test(key));
  for (const key of kept)
    assert.deepEqual(Buffer.from(readStoredValue(file, key)), Buffer.from(readStoredValue(base, key)), key);
  assert.equal(file.metadata.get("general.file_type"), 7);
  assert.ok(!file.metadata.has("quantize.imatrix.file"));
});

interface Refusal {
  readonly tokenizer: Json;
  readonly message: RegExp;
  readonly template?: string;
}

const byteLevelBut = (changes: Json): Json => ({ ...tinyTokenizer(), ...changes });
const ownModel = (tokenizer: Json): Json => tokenizer.model as Json;
const regex = { type: "Split", pattern: { Regex: "\\d\\d|\\s+|\\S+" }, behavior: "Isolated", invert: false };
const bytesAfter = { type: "ByteLevel", add_prefix_space: false, use_regex: false };

const refusals: Readonly<Record<string, () => Refusal>> = {
  "words by an unknown pattern": () => ({
    tokenizer: byteLevelBut({ pre_tokenizer: { type: "Sequence", pretokenizers: [regex, bytesAfter] } }),
    message: /splits it into words by rules that llama\.cpp has no name for/,
  }),
  "a space before each text": () => ({
    tokenizer: byteLevelBut({ normalizer: { type: "Prepend", prepend: " " } }),
    message: /changes a text or splits/,
  }),
  "lower case": () => ({
    tokenizer: byteLevelBut({ normalizer: { type: "Lowercase" } }),
    message: /changes a text or splits/,
  }),
  "whole words": () => ({
    tokenizer: byteLevelBut({ model: { ...ownModel(tinyTokenizer()), ignore_merges: true } }),
    message: /changes a text or splits/,
  }),
  "a token that removes spaces": () => ({
    tokenizer: byteLevelBut({
      added_tokens: specialTokens.map((content, id) => ({ id, content, special: true, rstrip: id === 2 })),
    }),
    message: /removes white space next to <\|im_end\|>/,
  }),
  "pieces with a merge too few": () => {
    const model = ownModel(spm());
    return {
      tokenizer: { ...spm(), model: { ...model, merges: (model.merges as unknown[]).slice(0, -1) } },
      message: /has merges that no scores of its pieces give/,
    };
  },
  "pieces without bytes": () => ({
    tokenizer: { ...spm(), model: { ...ownModel(spm()), byte_fallback: false } },
    message: /neither byte-level tokens nor byte fallback/,
  }),
  "pieces whose first text is marked, with a template that begins with text": () => ({
    tokenizer: {
      ...spm(),
      normalizer: null,
      pre_tokenizer: {
        type: "Metaspace",
        replacement: "\u2581",
        prepend_scheme: "first",
        split: false,
      },
    },
    template: "Q: {% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}",
    message: /marks its spaces by rules that llama\.cpp's SentencePiece doesn't have/,
  }),
};

for (const [name, refusal] of Object.entries(refusals))
  test(`a tokenizer with ${name} is refused by name`, async () => {
    const { tokenizer, message, template } = refusal();
    await assert.rejects(written(withTokenizer(tokenizer, template)), (error: unknown) => {
      assert.ok(error instanceof HumanError, String(error));
      assert.match(error.message, message);
      assert.match(error.remedy ?? "", /--format merged/);
      return true;
    });
  });

test("another architecture is refused by name", async () => {
  const base = openModel(writeTinyModel());
  const strange = { ...base, config: { ...base.config, architecture: "StrangeForCausalLM" } };
  await assert.rejects(written(strange), /StrangeForCausalLM can't be written as GGUF/);
});

test("an adapter has llama.cpp's names, its alpha, and rows in the order of the weight's", async () => {
  const base = openModel(writeTinyModel());
  const path = join(temporaryFolder(), "adapter_model.safetensors");
  const rows = (count: number, width: number): Float32Array =>
    Float32Array.from({ length: count * width }, (_, i) => i);
  const tensor = (name: string, shape: [number, number]) => ({
    name: `base_model.model.model.layers.1.${name}.weight`,
    dtype: "F32" as const,
    shape,
    data: rows(...shape),
  });
  writeSafetensors(path, [
    tensor("self_attn.q_proj.lora_A", [2, 8]),
    tensor("self_attn.q_proj.lora_B", [8, 2]),
    tensor("mlp.down_proj.lora_A", [2, 12]),
    tensor("mlp.down_proj.lora_B", [8, 2]),
  ]);
  const out = join(temporaryFolder(), "lora.gguf");
  await writeGgufAdapter(
    out,
    base,
    { adapter: openSafetensors(path), alpha: 3, name: "Trial" },
    () => undefined,
  );
  const file = openGguf(out);
  const read = (name: string): number[] => {
    const found = file.tensors.get(name);
    assert.ok(found, name);
    return [...readGgufTensor(file, found)];
  };
  assert.deepEqual(
    ["general.type", "adapter.type", "adapter.lora.alpha", "general.architecture"].map(key =>
      file.metadata.get(key),
    ),
    ["adapter", "lora", 3, "llama"],
  );
  assert.deepEqual([...file.tensors.keys()].sort(), [
    "blk.1.attn_q.weight.lora_a",
    "blk.1.attn_q.weight.lora_b",
    "blk.1.ffn_down.weight.lora_a",
    "blk.1.ffn_down.weight.lora_b",
  ]);
  assert.deepEqual(file.tensors.get("blk.1.ffn_down.weight.lora_a")?.shape, [2, 12]);
  assert.deepEqual(read("blk.1.attn_q.weight.lora_a"), [...rows(2, 8)]);
  // Two heads of four rows: rotary embedding pairs rows 0 and 2, 1 and 3.
  assert.deepEqual(
    read("blk.1.attn_q.weight.lora_b"),
    [0, 2, 1, 3, 4, 6, 5, 7].flatMap(row => [2 * row, 2 * row + 1]),
  );
  assert.deepEqual(read("blk.1.ffn_down.weight.lora_b"), [...rows(8, 2)]);
});

/** Expands the subset of Go's templates that a Modelfile uses. */
function ollama(template: string, system: string, turns: readonly (readonly [string, string])[]): string {
  const [, head = "", body = ""] =
    /^([\s\S]*?)\{\{ range \.Messages \}\}([\s\S]*)\{\{ end \}\}$/.exec(template) ?? [];
  const [, user = "", assistant = ""] =
    /^\{\{ if eq \.Role "user" \}\}([\s\S]*)\{\{ else if eq \.Role "assistant" \}\}([\s\S]*)\{\{ end \}\}$/.exec(
      body,
    ) ?? [];
  const [, told = "", untold = ""] =
    /^\{\{ if \.System \}\}([\s\S]*)\{\{ else \}\}([\s\S]*)\{\{ end \}\}$/.exec(head) ?? [];
  const beginning = told === "" ? head : system === "" ? untold : told.replace("{{ .System }}", () => system);
  const said = turns.map(([role, content]) =>
    (role === "user" ? user : assistant).replace("{{ .Content }}", () => content),
  );
  return [beginning, ...said].join("").replaceAll('{{ "{{" }}', "{{");
}

const gemma =
  "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('none') }}{% endif %}{% for m in messages %}<t>{{ 'model' if m.role == 'assistant' else m.role }} {{ '{{' }}\n{{ m.content }}</t>\n{% endfor %}{% if add_generation_prompt %}<t>model {{ '{{' }}\n{% endif %}";

for (const [name, template, takesSystem] of [
  ["with system turns", chatTemplate, true],
  ["with braces and without system turns", gemma, false],
] as const)
  test(`a Modelfile writes prompts as the model's template does, ${name}`, () => {
    const base = openModel(writeTinyModel({ template }));
    const lines = modelfile("m.gguf", base);
    assert.match(lines, /^FROM \.\/m\.gguf\n/);
    assert.match(lines, /\nPARAMETER stop "<\|im_end\|>"\n$/);
    const [, own = ""] = /TEMPLATE """([\s\S]*)"""/.exec(lines) ?? [];
    const turns = [
      ["user", "one?"],
      ["assistant", "two"],
      ["user", "three?"],
    ] as const;
    const bos = "<|endoftext|>"; // in the template, because the tokenizer adds none
    const expected = (system: string): string => {
      const head = takesSystem && system !== "" ? `<|im_start|>system\n${system}<|im_end|>\n` : "";
      const open = (role: string): string =>
        takesSystem ? `<|im_start|>${role}\n` : `<t>${role === "assistant" ? "model" : role} {{\n`;
      const end = takesSystem ? "<|im_end|>\n" : "</t>\n";
      return `${takesSystem ? "" : bos}${head}${turns.map(([role, text]) => open(role) + text + end).join("")}${open("assistant")}`;
    };
    assert.equal(ollama(own, "", turns), expected(""));
    assert.equal(ollama(own, "Be brief.", turns), expected("Be brief."));
    assert.equal(
      ollama(own, "", turns.slice(0, 1)),
      `${expected("").split("one?")[0] ?? ""}one?${takesSystem ? "<|im_end|>\n<|im_start|>assistant\n" : "</t>\n<t>model {{\n"}`,
    );
  });

test("a Modelfile writes the plain prompts of a model without a template", () => {
  const lines = modelfile("m.gguf", openModel(writeTinyModel({ template: null })));
  const [, own = ""] = /TEMPLATE """([\s\S]*)"""/.exec(lines) ?? [];
  const turns = [
    ["user", "one?"],
    ["assistant", "two"],
    ["user", "three?"],
  ] as const;
  assert.equal(
    ollama(own, "Be brief.", turns),
    "Be brief.\n\nUser: one?\nAssistant: two<|im_end|>User: three?\nAssistant:",
  );
});

test("a Modelfile says when prompts have another structure", () => {
  const template =
    "{% for m in messages %}{% if loop.last %}<last>{% endif %}{{ m.content }}{{ eos_token }}{% endfor %}";
  const lines = modelfile("m.gguf", openModel(writeTinyModel({ template })));
  assert.match(lines, /\n# The model's template has a structure that Ollama's can't be derived from/);
  assert.doesNotMatch(lines, /TEMPLATE/);
});

test("texts that the file would tokenize otherwise are found, whatever the rules say", async () => {
  const base = openModel(writeTinyModel());
  const path = await written(base);
  assert.ok(path);
  // The same name for words, but a merge that the base lacks: only encoding shows it.
  const files = base.tokenizerFiles();
  const model = ownModel(files.tokenizer);
  const vocab = { ...(model.vocab as Record<string, number>) };
  const fewer = { ...model, vocab, merges: (model.merges as unknown[]).slice(0, 2) };
  let calls = 0;
  const strange: ModelFolder = {
    ...base,
    tokenizerFiles: () =>
      calls++ < 1 ? { ...files, tokenizer: { ...files.tokenizer, model: fewer } } : files,
  };
  await assert.rejects(written(strange), /llama\.cpp would tokenize ".*" otherwise/);
});
