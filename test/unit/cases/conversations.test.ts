// Conversations as people have them, read as they mean them: what other tools lost without a word, written anew.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { imported, jsonl, modelWith, said, shown, workspace } from "./workspace.ts";

const chat = (...turns: readonly (readonly [role: string, content: string])[]) => ({
  messages: turns.map(([role, content]) => ({ role, content })),
});

test("01: an empty thinking block before an answer belongs to the prompt", async () => {
  const template = [
    "{%- for m in messages %}{{- '<|user|>' if m.role == 'user' else '<|assistant|>' }}",
    "{%- if m.role == 'assistant' and loop.last %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}",
    "{{- m.content }}{%- if m.role == 'assistant' %}{{- '<|end|>' }}{%- endif %}{%- endfor %}",
    "{%- if add_generation_prompt %}{{- '<|assistant|>' }}",
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}{%- endif %}",
  ].join("");
  const folder = modelWith({ "chat_template.jinja": template });
  const files = { "train/en.jsonl": jsonl({ id: "a", prompt: "Name a tree.", response: "Oak." }) };
  const [[prompt = "", response = ""] = []] = await shown(workspace({ model: folder, files }));
  assert.match(prompt, /^<\|user\|> Name a tree\.<\|assistant\|> <think>\s*<\/think>/);
  assert.equal(response.trim(), "Oak.<|end|>");
  const set = workspace({ model: `{ path: ${folder}, template: { enable_thinking: false } }`, files });
  assert.deepEqual(await shown(set), [[prompt, response]]);
  assert.deepEqual(await said(set), []);
});

test("02: every exchange of a chat is trained on, and imported", async () => {
  const turns = chat(
    ["user", "Name a tree."],
    ["assistant", "Oak."],
    ["user", "Another."],
    ["assistant", "Elm."],
  );
  const [example] = await shown(workspace({ files: { "train/en.jsonl": jsonl(turns) } }));
  assert.deepEqual(example?.[1].trim(), "Oak.<|end|> Elm.<|end|>");
  const done = await imported("chats.jsonl", jsonl(turns), { prompt: "messages", response: null });
  const [row] = readFileSync(join(done.out, "en.jsonl"), "utf8").trim().split("\n");
  const [read] = await shown(workspace({ files: { "train/en.jsonl": `${row}\n` } }));
  assert.deepEqual(read, example);
});

test("03: turns of one role are joined, a later system message stays behind, an answer from a tool is refused", async () => {
  const later = chat(
    ["user", "A colour?"],
    ["assistant", "Blue."],
    ["system", "Say it in French."],
    ["user", "A colour?"],
    ["assistant", "Bleu."],
  );
  const joined = chat(
    ["user", "Here is a list: oak, pike."],
    ["user", "Which is a fish?"],
    ["assistant", "Pike."],
  );
  const tool = chat(["user", "How warm is it?"], ["tool", "21 degrees"], ["assistant", "21 degrees."]);
  const file = workspace({ budget: 2, files: { "train/en.jsonl": jsonl(later, joined) } });
  assert.deepEqual(
    (await said(file)).map(text => text.split(":")[0]),
    ["warning laterSystem", "warning joinedTurns"],
  );
  const prompts = (await shown(file)).map(([prompt]) => prompt).sort();
  assert.ok(
    prompts.some(prompt => /pike\.\s+Which/.test(prompt)),
    prompts.join("|"),
  );
  const french = prompts.find(prompt => prompt.includes("French")) ?? "";
  assert.ok(french.indexOf("A colour?") < french.indexOf("French"), french);
  const refused = await said(workspace({ files: { "train/en.jsonl": jsonl(joined, tool) } }));
  assert.ok(
    refused.some(text => text.startsWith("error tool-turns")),
    refused.join("|"),
  );
});

test("04: Alpaca's system and history come before the instruction", async () => {
  const row = {
    instruction: "Now in French.",
    input: "",
    output: "Bleu.",
    system: "Be brief.",
    history: [["A colour?", "Blue."]],
  };
  const file = workspace({ files: { "train/en.jsonl": jsonl(row) } });
  assert.deepEqual(await said(file), []);
  const [[prompt = "", response = ""] = []] = await shown(file);
  const order = ["Be brief.", "A colour?", "Now in French."].map(text => prompt.indexOf(text));
  assert.ok(
    order.every((at, i) => at >= 0 && at > (order[i - 1] ?? -1)),
    prompt,
  );
  assert.match(response, /Blue\..*Bleu\./);
});

test("05: null and blanks in a field that may be absent are absent", async () => {
  const rows = [
    { id: null, instruction: "Name a tree.", input: null, output: "Oak.", system: null, history: null },
    { instruction: "Name a fish.", input: "  ", output: "Pike.", language: null },
  ];
  const nothing = {
    id: null,
    reference: null,
    checks: null,
    tags: null,
    group: null,
    instruction_id_list: null,
    kwargs: null,
  };
  const files = {
    "train/en.jsonl": jsonl(...rows),
    "eval/en.jsonl": jsonl({ ...nothing, prompt: "Name a bird." }),
  };
  const file = workspace({ budget: 2, files });
  assert.deepEqual(await said(file), []);
  assert.deepEqual((await shown(file)).map(([prompt]) => prompt.trim()).sort(), [
    "<|user|> Name a fish.<|assistant|>",
    "<|user|> Name a tree.<|assistant|>",
  ]);
});

test("21: special tokens in data are counted, are text, and don't end a turn twice", async () => {
  const rows = [
    { id: "a", prompt: "What is <|user|>?", response: "A mark.<|end|><|user|>And you?<|assistant|>Me." },
    { id: "b", prompt: "Name a tree.", response: "Oak.<|end|>" },
  ];
  const file = workspace({ budget: 2, files: { "train/en.jsonl": jsonl(...rows) } });
  const [warning, ...others] = await said(file);
  assert.deepEqual(others, []);
  assert.match(
    warning ?? "",
    /^warning special-tokens: 2 rows of data\.train hold .*<\|user\|>.* first en\/a/,
  );
  const examples = await shown(file);
  const [tree] = examples.filter(([prompt]) => prompt.includes("tree"));
  assert.equal(tree?.[1].trim(), "Oak.<|end|>");
  const control = workspace({
    model: "{ path: pinch/starter, specialTokens: control }",
    budget: 2,
    files: { "train/en.jsonl": jsonl(...rows) },
  });
  assert.match((await said(control))[0] ?? "", /read as what they control/);
});

test("44: prompt and completion as texts or messages; a row of text alone is named as what it is", async () => {
  const message = (role: string, content: string) => [{ role, content }];
  const rows = [
    { prompt: "Name a tree.", completion: "Oak." },
    { prompt: message("user", "Name a fish."), completion: message("assistant", "Pike.") },
  ];
  const file = workspace({ budget: 2, files: { "train/en.jsonl": jsonl(...rows) } });
  assert.deepEqual(await said(file), []);
  assert.deepEqual((await shown(file)).map(([, response]) => response.trim()).sort(), [
    "Oak.<|end|>",
    "Pike.<|end|>",
  ]);
  const text = await said(workspace({ files: { "train/en.jsonl": jsonl({ text: "### Q\nx\n### A\ny" }) } }));
  assert.ok(
    text.some(one => /only a "text"/.test(one)),
    text.join("|"),
  );
  const wrapped = JSON.stringify({
    version: "1",
    data: [1, 2, 3].map(i => ({ prompt: `p${i}`, response: "r" })),
  });
  assert.deepEqual((await imported("wrapped.json", wrapped)).rows, { en: 3 });
  assert.deepEqual(await said(workspace({ budget: 3, files: { "train/en.json": wrapped } })), []);
});
