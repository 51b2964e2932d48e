// Reads a real model in Hugging Face layout from ../shared; skipped where that folder is missing.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";

const folder = resolve(import.meta.dirname, "../../../shared/models/minimind2-small");
const skip = existsSync(folder) ? false : `${folder} is not there: the real model is not tested`;

test("minimind2-small opens with its 25.8 million parameters", { skip }, () => {
  const model = openModel(folder);
  assert.equal(model.config.decoder.layers, 8);
  assert.equal(model.config.decoder.kvHeads, 2);
  assert.equal(model.config.decoder.tiedEmbeddings, true);
  assert.equal(model.parameterCount, 25_829_888);
  const norm = model.readTensor("model.norm.weight");
  assert.equal(norm.length, 512);
  assert.ok(norm.every(Number.isFinite));
});

test("minimind2-small's template adds its system prompt and ends a turn with <|im_end|>", { skip }, () => {
  const tokenizer = loadTokenizer(openModel(folder));
  assert.equal(tokenizer.template, "own");
  assert.deepEqual(tokenizer.stopIds, [2]);
  assert.deepEqual(tokenizer.notes, []);
  const { ids, responseStart } = tokenizer.formatExample({
    prompt: "What is the capital of France?",
    response: "Paris.",
  });
  assert.equal(
    tokenizer.decode(ids.slice(0, responseStart)),
    "system\nYou are a helpful assistant\nuser\nWhat is the capital of France?\nassistant\n",
  );
  assert.equal(tokenizer.decode(ids.slice(responseStart)), "Paris.");
  assert.equal(ids.at(-1), 2);
});
