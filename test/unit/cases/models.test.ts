// Models and templates as they come: what renders, what is refused by name, and from validate on.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { type MetadataEntry, tinyGguf, writeGguf } from "../model/tinyGguf.ts";
import { jsonl, modelWith, said, shown, starter, workspace } from "./workspace.ts";

const files = { "train/en.jsonl": jsonl({ id: "a", prompt: "Name a tree.", response: "Oak." }) };
const bare = (): string => {
  const { chat_template: _, ...config } = JSON.parse(
    readFileSync(join(starter, "tokenizer_config.json"), "utf8"),
  ) as Record<string, unknown>;
  return JSON.stringify(config);
};
const withTemplate = (template: string): string => modelWith({ "chat_template.jinja": template });
const turns = (content: string, end = "{{- '<|end|>' if m.role == 'assistant' }}"): string =>
  `{%- for m in messages %}{{- '<|user|>' if m.role == 'user' else '<|assistant|>' }}{{- ${content} }}${end}{%- endfor %}{%- if add_generation_prompt %}{{- '<|assistant|>' }}{%- endif %}`;
const plain = ["<|user|> Name a tree.<|assistant|>", " Oak.<|end|>"];

test("23: named templates without a default are refused, with their names, and chosen by name", async () => {
  const named = ["tool_use", "rag"].map(name => ({ name, template: turns("m.content") }));
  const config = JSON.stringify({ ...(JSON.parse(bare()) as object), chat_template: named });
  const folder = modelWith({ "tokenizer_config.json": config });
  const [fault] = await said(workspace({ model: folder, files }));
  assert.match(fault ?? "", /^error model: .* no default: rag, tool_use\. .*templateName: rag/);
  const chosen = workspace({ model: `{ path: ${folder}, templateName: rag }`, files });
  assert.deepEqual(await said(chosen), []);
  assert.deepEqual(await shown(chosen), [plain]);
});

test("24 and 25: a template that takes content as parts gets it so; one that leaves out the prompt is refused", async () => {
  for (const content of [
    "m.content[0].text",
    "m['content'] | selectattr('type', 'equalto', 'text') | map(attribute='text') | join('')",
  ]) {
    const file = workspace({ model: withTemplate(turns(content)), files });
    assert.deepEqual(await said(file), []);
    assert.deepEqual(await shown(file), [plain]);
  }
  const [fault] = await said(workspace({ model: withTemplate(turns("m.contents")), files }));
  assert.match(fault ?? "", /^error tokenizer: .*omits what the user says/);
});

test("25: a template that fails is a fault of validate, with its line", async () => {
  const [fault] = await said(
    workspace({ model: withTemplate(`{# #}\n${turns("m.content | frobnicate")}`), files }),
  );
  assert.match(fault ?? "", /^error tokenizer: The chat template of .* failed at line 2.*frobnicate/);
  const [broken] = await said(workspace({ model: withTemplate("{% for m in messages %}\n{{ m. }}"), files }));
  assert.match(broken ?? "", /^error tokenizer: .* can't be read: line 2/);
});

test("26: generation blocks and Python's methods render, and the blocks carry the loss", async () => {
  const template = `{%- for m in messages %}{{- '<|user|>' if m.role.title() == 'User' else '<|assistant|>' }}{%- if m.role == 'assistant' %}{%- generation -%}{{- m.content + '<|end|>' }}{%- endgeneration -%}{%- else %}{{- m.content }}{%- endif %}{%- endfor %}{%- if add_generation_prompt %}{{- '<|assistant|>' }}{%- endif %}`;
  const file = workspace({ model: withTemplate(template), files });
  assert.deepEqual(await said(file), []);
  assert.deepEqual(await shown(file), [plain]);
});

test("28: chat_template.jinja is read; where only chat_template.json lies there, that is said", async () => {
  const read = modelWith({ "tokenizer_config.json": bare(), "chat_template.jinja": turns("m.content") });
  assert.deepEqual(await said(workspace({ model: read, files })), []);
  const unread = modelWith({
    "tokenizer_config.json": bare(),
    "chat_template.json": '{"chat_template": "x"}',
  });
  const [note, ...others] = await said(workspace({ model: unread, files }));
  assert.deepEqual(others, []);
  assert.match(
    note ?? "",
    /^warning template: The model has chat_template\.json, which tokenizers don't read/,
  );
});

test("29: GGUF files in parts, of other architectures, types and tokenizers are refused from validate on", async () => {
  const base = tinyGguf();
  const refusal = async (key: string, entry: MetadataEntry | null): Promise<string> => {
    const metadata = [...base.metadata.filter(([name]) => name !== key), ...(entry === null ? [] : [entry])];
    return (await said(workspace({ model: writeGguf({ ...base, metadata }), files })))[0] ?? "";
  };
  const changed = (key: string, value: string) => refusal(key, [key, "string", value]);
  assert.match(await refusal("split.count", ["split.count", "uint32", 2]), /^error model: .*one of 2 parts/);
  assert.match(await changed("general.architecture", "phi3"), /^error model: .*phi3 is not supported/);
  assert.match(
    await changed("tokenizer.ggml.pre", "unheard-of"),
    /^error \w+: .*unheard-of is not supported/,
  );
  assert.match(await refusal("tokenizer.ggml.merges", null), /^error \w+: .*no merges/);
});

test("30 and 32: rope_parameters and dtype are read, other quantisations refused by name", async () => {
  const config = JSON.parse(readFileSync(join(starter, "config.json"), "utf8")) as Record<string, unknown>;
  const { rope_theta: _, torch_dtype: __, ...rest } = config;
  const rope = { ...rest, dtype: "float32", rope_parameters: { rope_type: "default", rope_theta: 500000 } };
  const folder = modelWith({ "config.json": JSON.stringify(rope) });
  assert.deepEqual(await said(workspace({ model: folder, files })), []);
  assert.match(JSON.stringify(openModel(folder).config.decoder), /500000/);
  const quantised = modelWith({
    "config.json": JSON.stringify({ ...config, quantization_config: { quant_method: "gptq", bits: 4 } }),
  });
  assert.match(
    (await said(workspace({ model: quantised, files })))[0] ?? "",
    /^error model: .*quantization_config.*gptq/,
  );
});

test("38: what is too long is said by validate, and dropped or cut where the file says so", async () => {
  const rows = jsonl(
    { id: "a", prompt: "Name a tree.", response: "Oak." },
    { id: "b", prompt: "Count.", response: "one two three ".repeat(300) },
  );
  const of = (train: string | undefined, budget: number) =>
    said(workspace({ files: { "train/en.jsonl": rows }, budget, ...(train && { train }) }));
  assert.match(
    (await of(undefined, 2))[0] ?? "",
    /^error example-too-long: 1 of 2 examples .* en 1\. The longest, en\/b, has \d+ tokens/,
  );
  assert.match(
    (await of("{ overlong: truncate }", 2))[0] ?? "",
    /^warning example-too-long: 1 example is longer .* is cut there/,
  );
  assert.match((await of("{ overlong: drop }", 2))[0] ?? "", /^error .*dropped as too long/);
  assert.ok((await of("{ overlong: drop }", 1)).every(text => text.startsWith("warning")));
});
