// An example as the model sees it: tokens that say what they are, the loss where training has it, and no weights.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { HumanError } from "../../../src/common/errors.ts";
import { lossRuns } from "../../../src/core/prompt/lossRuns.ts";
import type {
  PreviewedExample,
  PreviewedToken,
  PreviewRequest,
} from "../../../src/protocol/examplePreview.ts";
import { loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { showTokens } from "../../../src/runtime/model/showTokens.ts";
import { loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { preview } from "../../../src/runtime/recipes/preview.ts";
import { buildBatch } from "../../../src/runtime/train/packing.ts";

const file = join(root, "examples", "just-a-pinch", "just-a-pinch.mixture.yaml");
const starter = join(root, "media", "starter");

function previewOf(what: PreviewRequest["what"], text?: string) {
  return preview({ file, what, starter, ...(text === undefined ? {} : { text }) });
}

async function rowOf(
  row: object,
  purpose: "training" | "evaluation" = "training",
  language = "en",
): Promise<PreviewedExample> {
  const [example] = (await previewOf({ kind: "row", row: JSON.stringify(row), language, purpose })).examples;
  assert.ok(example);
  return example;
}

const textOf = (example: PreviewedExample, loss: boolean) =>
  example.tokens
    .filter(token => token.loss === loss)
    .map(token => token.text)
    .join("");

test("the loss lies on the tokens that a training batch has it on", async () => {
  const tokenizer = loadTokenizer(openModel(starter));
  const [prompt, response] = ["Name a river.", "The Nile."];
  const formatted = tokenizer.formatExample({ prompt, response });
  const batch = buildBatch([[0]], [formatted], 64);
  const example = await rowOf({ prompt, response });
  const withLoss = example.tokens.flatMap(token => (token.loss ? token.ids : []));
  assert.deepEqual(withLoss, [...batch.targets].map(Number));
  assert.deepEqual(
    example.tokens.flatMap(token => token.ids),
    formatted.ids,
  );
  assert.equal(example.lossCount, batch.targets.length);
  assert.equal(example.tokenCount, formatted.ids.length);
});

test("every answer of a conversation carries loss, in its place", async () => {
  const messages = ["Name a river.", "The Nile.", "And a lake?", "Lake Victoria."].map((content, i) => ({
    role: i % 2 === 0 ? "user" : "assistant",
    content,
  }));
  const example = await rowOf({ messages });
  const text = (run: readonly PreviewedToken[]) =>
    run
      .map(token => token.text)
      .join("")
      .trim();
  assert.deepEqual(lossRuns(example.tokens).map(text), [
    "<|user|> Name a river.<|assistant|>",
    "The Nile.<|end|>",
    "<|user|> And a lake?<|assistant|>",
    "Lake Victoria.<|end|>",
  ]);
  const withLoss = example.tokens.filter(token => token.loss).flatMap(token => token.ids);
  assert.equal(example.lossCount, withLoss.length);
});

test("the text is whole again, in scripts whose characters are cut into tokens", async () => {
  for (const [language, prompt, response] of [
    ["hi", "नमस्ते दुनिया", "शुक्रिया"],
    ["ar", "ما هو النهر؟", "النيل"],
    ["zh", "河流是什么?", "尼罗河"],
    ["en", "A family 👩‍👩‍👧 and ⚙", "𝄞 done"],
  ] as const) {
    const example = await rowOf({ prompt, response }, "training", language);
    const spaces = (text: string) => text.replace(/\s/g, "");
    assert.equal(spaces(textOf(example, false)), spaces(`<|user|>${prompt}<|assistant|>`), language);
    assert.equal(spaces(textOf(example, true)), spaces(`${response}<|end|>`), language);
    assert.ok(example.tokens.every(token => !token.text.endsWith("\ufffd")));
    assert.deepEqual(
      example.tokens.filter(token => token.special).map(token => token.text),
      ["<|user|>", "<|assistant|>", "<|end|>"],
    );
  }
});

test("bytes that never make a character stand for themselves, and no piece crosses the loss", () => {
  // A tokenizer of single bytes.
  const bytes = {
    encode: (text: string) => [...new TextEncoder().encode(text)],
    decode: (ids: readonly number[]) => new TextDecoder().decode(Uint8Array.from(ids)),
    addedTokens: () => [],
  };
  const shown = showTokens([0x61, 0xe6, 0x88, 0x91, 0xff, 0x62], place => place >= 6, bytes);
  assert.deepEqual(
    shown.map(({ ids, text }) => [ids.length, text]),
    [
      [1, "a"],
      [3, "我"],
      [1, "\ufffd"],
      [1, "b"],
    ],
  );
  const cut = showTokens([0xe6, 0x88, 0x91], place => place >= 1, bytes);
  assert.deepEqual(
    cut.map(({ ids, loss }) => [ids.length, loss]),
    [
      [1, false],
      [1, true],
      [1, true],
    ],
  );
});

test("an evaluation row has its reference, or nothing, to compare with", async () => {
  const asked = await rowOf({ prompt: "Name a river." }, "evaluation");
  assert.equal(asked.lossCount, 0);
  assert.match(textOf(asked, false), /<\|assistant\|>$/);
  const compared = await rowOf({ prompt: "Name a river.", reference: "The Nile." }, "evaluation");
  assert.match(textOf(compared, true), /Nile/);
});

test("a mixture's examples are the first of its run, in order", async () => {
  const run = prepareRun(requireValid(await loadExperiment({ file, starter })), "pinch", 7, "cpu");
  const all = await previewOf({ kind: "mixture", mixture: "pinch", language: null, count: 10 });
  const name = ({ language, id }: { readonly language: string; readonly id: string }) => `${language}/${id}`;
  assert.deepEqual(all.examples.map(name), run.examples.slice(0, 10).map(name));
  assert.deepEqual(all.drawn, { mixture: "pinch", seed: 7, counts: run.run.counts });
  const finnish = await previewOf({ kind: "mixture", mixture: "pinch", language: "fi", count: 10 });
  assert.deepEqual(
    finnish.examples.map(name),
    run.examples.filter(({ language }) => language === "fi").map(name),
  );
});

test("what can't be shown says why", async () => {
  const text = readFileSync(file, "utf8");
  const mixture = { kind: "mixture", mixture: "pinch", language: null, count: 1 } as const;
  const row = { kind: "row", row: '{"prompt": 1}', language: "en", purpose: "training" } as const;
  for (const [what, changed, expected] of [
    [{ ...mixture, mixture: "pinhc" }, text, /no valid mixture pinhc.*Did you mean pinch/s],
    [{ ...mixture, language: "de" }, text, /pinch has no examples in de.*Its languages: en/s],
    [mixture, text.replace(/^model:.*$/m, ""), /names no model.*Write one/s],
    [mixture, text.replace(/^budget:.*$/m, "budget: none"), /can't be determined yet.*needs a budget/s],
    [row, text, /This row can't be shown\. "prompt" must be text/s],
    [{ ...row, row: "" }, text, /This row can't be shown/s],
  ] as const) {
    await assert.rejects(
      previewOf(what, changed),
      (error: unknown) => error instanceof HumanError && expected.test(`${error.message} ${error.remedy}`),
      `${expected}`,
    );
  }
});

test("an example that a run would refuse says how long it may be", async () => {
  const text = readFileSync(file, "utf8").replace(/^train:$/m, "train:\n  maxTokens: 16");
  const what = { kind: "mixture", mixture: "pinch", language: "en", count: 20 } as const;
  const { examples } = await previewOf(what, text);
  for (const { tokenCount, limit } of examples) assert.equal(limit, tokenCount > 16 ? 16 : null);
  assert.ok(examples.some(({ limit }) => limit !== null));
  const longest = Math.max(...examples.map(({ tokenCount }) => tokenCount));
  const fitting = (await previewOf(what, text.replace("maxTokens: 16", `maxTokens: ${longest}`))).examples;
  assert.deepEqual(new Set(fitting.map(({ limit }) => limit)), new Set([null]));
});

test("the preview loads no native runtime", () => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const source = readFileSync(path, "utf8");
    for (const [, specifier = ""] of source.matchAll(
      /^(?:import|export)(?! type)[^;]*? from "([^"]+)";/gms,
    )) {
      assert.notEqual(specifier, "onnxruntime-node", relative(root, path));
      const next = resolve(dirname(path), specifier);
      if (specifier.startsWith(".") && specifier.endsWith(".ts") && existsSync(next)) visit(next);
    }
  };
  visit(join(root, "src", "runtime", "recipes", "preview.ts"));
  assert.ok(seen.size > 20, `${seen.size}`);
});
