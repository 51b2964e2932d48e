// The chat tokenizer: round trips, the loss boundary, the end of a turn, and templates that misbehave.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { answerOf } from "../../../src/core/fidelity/reasoning.ts";
import type { ChatOptions } from "../../../src/core/mixture/mixtureFile.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { type ChatTokenizer, loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { lossTokensOf } from "../../../src/runtime/train/packing.ts";
import { chatTemplate, specialTokens, tinyTokenizer, writeJson, writeTinyModel } from "./tinyModel.ts";

const endOfText = 0;
const imStart = 1;
const imEnd = 2;

test("text in every script survives encoding and decoding, and no special token is added", () => {
  const tokenizer = loadTokenizer(openModel(writeTinyModel()));
  for (const text of [
    "the other thing",
    "नमस्ते दुनिया",
    "مرحبا، كيف حالك؟",
    "你好\r\n世界",
    " a  b ",
    "👩‍👩‍👧",
  ]) {
    const ids = tokenizer.encode(text);
    assert.equal(tokenizer.decode(ids), text);
    assert.ok(ids.every(id => id > imEnd));
  }
  assert.deepEqual(tokenizer.encode(""), []);
  assert.equal(tokenizer.decode([]), "");
});

test("a tokenizer that adds a token at the start does not add it to what a template rendered", () => {
  const folder = writeTinyModel();
  const bos = { SpecialToken: { id: "<|endoftext|>", type_id: 0 } };
  writeJson(folder, "tokenizer.json", {
    ...tinyTokenizer(),
    post_processor: {
      type: "TemplateProcessing",
      single: [bos, { Sequence: { id: "A", type_id: 0 } }],
      pair: [bos, { Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
      special_tokens: { "<|endoftext|>": { id: "<|endoftext|>", ids: [0], tokens: ["<|endoftext|>"] } },
    },
  });
  const tokenizer = loadTokenizer(openModel(folder));
  assert.ok(!tokenizer.encode("the").includes(endOfText));
  assert.ok(!tokenizer.formatExample({ prompt: "a", response: "b" }).ids.includes(endOfText));
});

test("decoding leaves special tokens and unknown ids out", () => {
  const tokenizer = loadTokenizer(openModel(writeTinyModel()));
  assert.equal(tokenizer.decode([imStart, ...tokenizer.encode("in"), imEnd, 99_999]), "in");
  assert.equal(tokenizer.decode([imEnd]), "");
});

test("an example is the prompt as generation sees it, then the response and its end", () => {
  const tokenizer = loadTokenizer(openModel(writeTinyModel()));
  const prompt = tokenizer.formatPrompt({ prompt: "the thing?" });
  assert.deepEqual(
    prompt,
    tokenizer.encode("<|im_start|>user\nthe thing?<|im_end|>\n<|im_start|>assistant\n"),
  );
  const { ids, responseStart } = tokenizer.formatExample({ prompt: "the thing?", response: "in there" });
  assert.equal(responseStart, prompt.length);
  assert.deepEqual(ids.slice(0, responseStart), prompt);
  assert.equal(tokenizer.decode(ids.slice(responseStart)), "in there");
  assert.equal(ids.at(-1), imEnd);
  assert.deepEqual(tokenizer.stopIds, [imEnd]);
  assert.deepEqual(tokenizer.notes, []);
});

test("without a template the plain one is used, with the end of sequence", () => {
  const tokenizer = loadTokenizer(openModel(writeTinyModel({ template: null })));
  assert.equal(tokenizer.template, "plain");
  assert.deepEqual(tokenizer.formatPrompt({ prompt: "Hi" }), tokenizer.encode("User: Hi\nAssistant:"));
  const { ids, responseStart } = tokenizer.formatExample({ prompt: "Hi", response: "Ho" });
  assert.equal(tokenizer.decode(ids.slice(responseStart)), " Ho");
  assert.equal(ids.at(-1), imEnd);
});

test("a token that reaches over the boundary is the response's, as in transformers' masks", () => {
  const template =
    "{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}";
  const tokenizer = loadTokenizer(openModel(writeTinyModel({ template })));
  const { ids, responseStart } = tokenizer.formatExample({ prompt: "t", response: "he" });
  assert.equal(tokenizer.encode("the").length, 1);
  assert.deepEqual(ids, tokenizer.encode("the<|im_end|>"));
  assert.equal(responseStart, 0);
});

test("what a template puts before the response is the prompt's, what follows its end is left out", () => {
  const template =
    "{% for m in messages %}{% if m.role == 'user' %}Q {{ m.content }}\nA{% else %} [{{ m.content | trim }}]<|endoftext|>\nmore{% endif %}{% endfor %}";
  const tokenizer = loadTokenizer(openModel(writeTinyModel({ template })));
  const { ids, responseStart } = tokenizer.formatExample({ prompt: "x", response: "y" });
  assert.equal(tokenizer.decode(ids.slice(responseStart)), "y]");
  assert.deepEqual(ids.slice(0, responseStart), tokenizer.formatPrompt({ prompt: "x" }));
  assert.equal(tokenizer.decode(tokenizer.formatPrompt({ prompt: "x" })), "Q x\nA [");
  assert.equal(ids.at(-1), endOfText);
  assert.deepEqual(tokenizer.stopIds, [endOfText, imEnd]);
});

test("a template that shows answers without what was asked falls back and says so", () => {
  const template =
    "{% if messages|length == 1 %}open {{ messages[0].content }}{% else %}closed {{ messages[1].content }}{% endif %}";
  const tokenizer = loadTokenizer(openModel(writeTinyModel({ template })));
  assert.match(tokenizer.notes.join(), /renders no answers/);
  const { ids, responseStart } = tokenizer.formatExample({ prompt: "x", response: "y" });
  assert.equal(tokenizer.decode(ids), "open xy");
  assert.equal(tokenizer.decode(ids.slice(responseStart)), "y");
  assert.equal(ids.at(-1), imEnd);
});

test("a template without an end token gets the end of sequence and says so", () => {
  const template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}";
  const tokenizer = loadTokenizer(openModel(writeTinyModel({ template })));
  assert.match(tokenizer.notes.join(), /no special token after a response/);
  const { ids } = tokenizer.formatExample({ prompt: "x", response: "y" });
  assert.equal(ids.at(-1), imEnd);
});

test("chat_template.jinja comes before tokenizer_config.json, and a list of templates means its default", () => {
  const folder = writeTinyModel();
  writeJson(folder, "tokenizer_config.json", {
    eos_token: { content: "<|im_end|>" },
    chat_template: [
      { name: "tool_use", template: "wrong" },
      { name: "default", template: "{{ messages[0].content }}{{ eos_token }}" },
    ],
  });
  const listed = loadTokenizer(openModel(folder));
  assert.deepEqual(listed.formatPrompt({ prompt: "in" }), listed.encode("in<|im_end|>"));
  writeFileSync(join(folder, "chat_template.jinja"), "J{{ messages[0].content }}");
  const file = loadTokenizer(openModel(folder));
  assert.deepEqual(file.formatPrompt({ prompt: "in" }), file.encode("Jin"));
});

test("a token that the model has no embedding for is refused where a text needs it", () => {
  const folder = writeTinyModel();
  const tokenizer = tinyTokenizer();
  const image = { id: 263, content: "<image>", special: true, normalized: false };
  writeJson(folder, "tokenizer.json", {
    ...tokenizer,
    added_tokens: [...(tokenizer.added_tokens as unknown[]), image],
  });
  const loaded = loadTokenizer(openModel(folder));
  assert.equal(loaded.decode(loaded.encode("in")), "in");
  assert.throws(() => loaded.encode("in <image>"), /gives token 263 .*; the model has 263/);
});

test("faults are named: template that fails, no end token, broken tokenizer.json", () => {
  const refusal = (folder: string): string => {
    try {
      loadTokenizer(openModel(folder));
    } catch (error) {
      assert.ok(error instanceof HumanError, String(error));
      assert.notEqual(error.remedy, "");
      return error.message;
    }
    return assert.fail("was accepted");
  };
  assert.match(refusal(writeTinyModel({ template: "{% if %}" })), /template .* can't be read/);
  assert.match(
    refusal(writeTinyModel({ template: "{{ raise_exception('no users') }}" })),
    /failed.*no users/,
  );
  const noEnd = writeTinyModel({ config: { eos_token_id: null } });
  writeJson(noEnd, "tokenizer_config.json", {});
  assert.match(refusal(noEnd), /no token that ends a response/);
  const broken = writeTinyModel();
  writeJson(broken, "tokenizer.json", { model: { type: "Nothing" } });
  assert.match(refusal(broken), /can't be used/);
  writeJson(broken, "tokenizer.json", {
    ...tinyTokenizer(),
    decoder: { type: "Sequence", decoders: [null] },
  });
  assert.match(refusal(broken), /can't be used.*decoders is not a list of objects/);
  writeJson(broken, "tokenizer.json", { ...tinyTokenizer(), normalizer: { type: "Reversed" } });
  assert.match(refusal(broken), /can't be used.*normalizer Reversed is not supported/);
  rmSync(join(broken, "tokenizer.json"));
  assert.match(refusal(broken), /tokenizer\.json is missing/);
});

describe("a Qwen3-shaped template", () => {
  const template = [
    "{%- for m in messages %}",
    "{{- '<|im_start|>' + m.role + '\\n' }}",
    "{%- if m.role == 'assistant' %}",
    "{%- set parts = m.content.split('</think>') %}",
    "{%- if loop.last %}{{- '<think>' + (parts[0].split('<think>') | last if parts | length > 1 else '') + '</think>' }}{%- endif %}",
    "{{- parts | last }}",
    "{%- else %}{{- m.content }}{%- endif %}",
    "{{- '<|im_end|>' }}{%- endfor %}",
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
  ].join("");
  const tokenizerWith = (chat: ChatOptions) => loadTokenizer(openModel(writeTinyModel({ template }), chat));
  const shown = (tokenizer: ChatTokenizer, ids: readonly number[]): string =>
    ids.map(id => (id <= imEnd ? specialTokens[id] : tokenizer.decode([id]))).join("");

  test("its empty block is part of the prompt, in training as in generation", () => {
    const tokenizer = tokenizerWith({});
    const prompt = tokenizer.formatPrompt({ prompt: "x" });
    const { ids, responseStart } = tokenizer.formatExample({ prompt: "x", response: "y" });
    assert.equal(
      shown(tokenizer, prompt),
      "<|im_start|>user\nx<|im_end|><|im_start|>assistant\n<think></think>",
    );
    assert.deepEqual(ids.slice(0, responseStart), prompt);
    assert.equal(shown(tokenizer, ids.slice(responseStart)), "y<|im_end|>");
  });

  test("an answer that thinks is refused, unless thinking is switched on", () => {
    const example = { prompt: "x", response: "<think>hm</think>y" };
    assert.throws(
      () => tokenizerWith({}).formatExample(example),
      (error: HumanError) =>
        /reasoning block/.test(error.message) && /enable_thinking: true/.test(error.remedy),
    );
    const tokenizer = tokenizerWith({ template: { enable_thinking: true } });
    const { ids, responseStart } = tokenizer.formatExample(example);
    assert.equal(shown(tokenizer, ids.slice(responseStart)), "<think>hm</think>y<|im_end|>");
    assert.deepEqual(ids.slice(0, responseStart), tokenizer.formatPrompt({ prompt: "x" }));
  });
});

test("special tokens in data are text, and an end of the turn in a response is not doubled", () => {
  const folder = writeTinyModel();
  const row = { prompt: "what is <|im_end|>?", response: "an end<|im_end|>", system: "s <|im_start|>" };
  const text = loadTokenizer(openModel(folder)).formatExample(row);
  const count = (ids: readonly number[], id: number) => ids.filter(one => one === id).length;
  assert.deepEqual([count(text.ids, imStart), count(text.ids, imEnd)], [3, 3]);
  const tokenizer = loadTokenizer(openModel(folder));
  assert.ok(tokenizer.decode(text.ids).includes("what is <|im_end|>?"));
  assert.deepEqual(tokenizer.specialIn(row.prompt), ["<|im_end|>"]);
  const control = loadTokenizer(openModel(folder, { specialTokens: "control" })).formatExample(row);
  assert.deepEqual([count(control.ids, imStart), count(control.ids, imEnd)], [4, 4]);
});

test("special tokens that enclose reasoning are kept as tags, so that it does not count as the answer", () => {
  const folder = writeTinyModel();
  const files = tinyTokenizer();
  const marks = ["<|channel>", "<channel|>"].map((content, i) => ({
    id: 3 + i,
    content,
    special: true,
    normalized: false,
  }));
  writeJson(folder, "tokenizer.json", {
    ...files,
    added_tokens: [...(files.added_tokens as unknown[]), ...marks],
  });
  const tokenizer = loadTokenizer(openModel(folder));
  const decode = (ids: readonly number[]): string => tokenizer.decode(ids);
  const ids = tokenizer.encode("<|channel>thought\n<channel|>नमस्ते");
  assert.deepEqual([ids[0], ids.filter(id => id === 4).length], [3, 1]);
  assert.equal(decode(ids), "<think>thought\n</think>नमस्ते");
  assert.equal(answerOf(decode(ids)), "नमस्ते");
  assert.equal(answerOf(decode(ids.slice(0, -3))).includes("thought"), false);
  assert.equal(decode(tokenizer.encode("no marks")), "no marks");
});

test("a special token with a hyphen is recognised, and is text in data", () => {
  const folder = writeTinyModel();
  const files = tinyTokenizer();
  const hyphened = { id: 3, content: "<|end-of-turn|>", special: true, normalized: false };
  writeJson(folder, "tokenizer.json", {
    ...files,
    added_tokens: [...(files.added_tokens as unknown[]), hyphened],
  });
  const tokenizer = loadTokenizer(openModel(folder));
  assert.deepEqual(tokenizer.encode("<|end-of-turn|>"), [3]);
  assert.ok(!tokenizer.formatPrompt({ prompt: "<|end-of-turn|>" }).includes(3));
});

test("what a template trims is not trained on", () => {
  const template = chatTemplate.replace("{{ m.content }}", "{{ m.content | trim }}");
  const tokenizer = loadTokenizer(openModel(writeTinyModel({ template })));
  const written = tokenizer.formatExample({ prompt: " the thing? \n", response: "\n in there \n\n" });
  assert.deepEqual(written, tokenizer.formatExample({ prompt: "the thing?", response: "in there" }));
  assert.equal(tokenizer.decode(written.ids.slice(written.responseStart)), "in there");
});

test("text that has no tokens is counted", () => {
  const covering = loadTokenizer(openModel(writeTinyModel()));
  assert.equal(covering.canLose, false);
  assert.equal(covering.lostIn("אב 中"), 0);
  const folder = writeTinyModel();
  const { model, ...files } = tinyTokenizer();
  const words = { "<unk>": 3, the: 4, thing: 5, "<|im_start|>": 1, "<|im_end|>": 2, "<|endoftext|>": 0 };
  writeJson(folder, "tokenizer.json", {
    ...files,
    pre_tokenizer: { type: "Whitespace" },
    decoder: null,
    model: { type: "WordLevel", vocab: words, unk_token: "<unk>" },
  });
  const few = loadTokenizer(openModel(folder));
  assert.equal(few.canLose, true);
  assert.equal(few.lostIn("the שלום thing 中国"), 2);
  // Without an unknown token, byte-pair encoding leaves characters out.
  const letters = { ...words, t: 6, h: 7, e: 8 };
  writeJson(folder, "tokenizer.json", {
    ...files,
    pre_tokenizer: { type: "Whitespace" },
    model: { ...(model as object), vocab: letters, merges: [] },
  });
  const dropping = loadTokenizer(openModel(folder));
  assert.deepEqual(dropping.encode("the שלום"), [6, 7, 8]);
  assert.equal(dropping.lostIn("the שלום"), 4);
});

test("a special token of one letter is text in data, too", () => {
  const folder = writeTinyModel();
  const files = tinyTokenizer();
  const one = { id: 3, content: "h", special: true, normalized: false };
  writeJson(folder, "tokenizer.json", {
    ...files,
    added_tokens: [...(files.added_tokens as unknown[]), one],
  });
  const tokenizer = loadTokenizer(openModel(folder));
  const plain = loadTokenizer(openModel(writeTinyModel()));
  assert.ok(tokenizer.encode("h").includes(3));
  assert.deepEqual(tokenizer.formatPrompt({ prompt: "oh" }), plain.formatPrompt({ prompt: "oh" }));
});

test("a system message is a turn where the template has one, and stands before the prompt where it has none", () => {
  const tokenizer = loadTokenizer(openModel(writeTinyModel()));
  const asked = { prompt: "x", system: "s" };
  const turn = (role: string, text: string) => `<|im_start|>${role}\n${text}<|im_end|>\n`;
  const end = "<|im_start|>assistant\n";
  assert.deepEqual(
    tokenizer.formatPrompt(asked),
    tokenizer.encode(turn("system", "s") + turn("user", "x") + end),
  );
  const template = `{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}${chatTemplate}`;
  const others = chatTemplate.replace(
    "{{ m.role }}",
    "{{ 'assistant' if m.role == 'assistant' else 'user' }}",
  );
  const turnless = loadTokenizer(openModel(writeTinyModel({ template: others })));
  assert.deepEqual(turnless.formatPrompt(asked), turnless.encode(turn("user", "s\n\nx") + end));
  const without = loadTokenizer(openModel(writeTinyModel({ template })));
  assert.deepEqual(without.formatPrompt(asked), without.encode(turn("user", "s\n\nx") + end));
});

test("loss on the last answer alone", () => {
  const tokenizer = loadTokenizer(openModel(writeTinyModel()));
  const row = { prompt: "c", response: "d", earlier: [{ prompt: "a", response: "b" }] };
  const all = tokenizer.formatExample(row);
  const last = tokenizer.formatExample(row, "last");
  assert.deepEqual(last.ids, all.ids);
  assert.equal(last.asked, undefined);
  assert.equal(tokenizer.decode(last.ids.slice(last.responseStart)), "d");
  assert.equal(lossTokensOf(all), 2 * lossTokensOf(last));
});

test("content as parts where the template wants it so; a prompt that is left out is refused", () => {
  const parts = chatTemplate.replace("m.content", "m.content[0].text");
  const tokenizer = loadTokenizer(openModel(writeTinyModel({ template: parts })));
  const plain = loadTokenizer(openModel(writeTinyModel()));
  assert.deepEqual(
    tokenizer.formatExample({ prompt: "x", response: "y" }),
    plain.formatExample({ prompt: "x", response: "y" }),
  );
  assert.throws(
    () => loadTokenizer(openModel(writeTinyModel({ template: "{{ eos_token }}" }))),
    /omits what the user says/,
  );
});

test("of several templates one is chosen by name; without a default they are named", () => {
  const folder = writeTinyModel({ template: null });
  const named = ["rag", "tool_use"].map(name => ({ name, template: `${name} ${chatTemplate}` }));
  writeJson(folder, "tokenizer_config.json", { eos_token: "<|im_end|>", chat_template: named });
  assert.throws(() => openModel(folder), /several chat templates and no default: rag, tool_use/);
  const tokenizer = loadTokenizer(openModel(folder, { templateName: "rag" }));
  assert.ok(tokenizer.decode(tokenizer.formatPrompt({ prompt: "x" })).startsWith("rag "));
  mkdirSync(join(folder, "additional_chat_templates"));
  writeFileSync(join(folder, "additional_chat_templates", "default.jinja"), chatTemplate);
  assert.equal(openModel(folder).template, "own");
  assert.throws(
    () => openModel(folder, { templateName: "x" }),
    /no chat template of the name x: default, rag/,
  );
});

test("a tokenizer without a first token writes none, whatever config.json calls so", () => {
  const folder = writeTinyModel({ template: `{{ bos_token }}${chatTemplate}` });
  const config = { eos_token: "<|im_end|>", chat_template: `{{ bos_token }}${chatTemplate}` };
  writeJson(folder, "tokenizer_config.json", { ...config, bos_token: null });
  assert.equal(loadTokenizer(openModel(folder)).formatPrompt({ prompt: "x" })[0], imStart);
  writeJson(folder, "tokenizer_config.json", config);
  writeJson(folder, "special_tokens_map.json", { bos_token: { content: "<|endoftext|>" } });
  assert.equal(loadTokenizer(openModel(folder)).formatPrompt({ prompt: "x" })[0], endOfText);
});
