// The chat tokenizer: round trips, the loss boundary, the end of a turn, and templates that misbehave.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { openModel } from "../../../src/runtime/model/modelFolder.ts";
import { loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { tinyTokenizer, writeJson, writeTinyModel } from "./tinyModel.ts";

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
  assert.match(tokenizer.notes.join(), /shows no answers/);
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
    decoder: { type: "Sequence", decoders: [null] }, // fails only when it is used
  });
  assert.match(refusal(broken), /can't be used.*decode_chain/);
  rmSync(join(broken, "tokenizer.json"));
  assert.match(refusal(broken), /tokenizer\.json is missing/);
});
