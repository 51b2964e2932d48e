// Tokenizers from GGUF metadata: byte-level pairs as in the twin folder, pieces with scores merged best first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { mergesFromPieces } from "../../../src/runtime/model/gguf/pieces.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { type ChatTokenizer, loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { gpt2Metadata, type MetadataEntry, pieceMetadata, pieces, tinyGguf, writeGguf } from "./tinyGguf.ts";
import { chatTemplate, writeTinyModel } from "./tinyModel.ts";

const withoutTokenizer = tinyGguf().metadata.filter(([key]) => !key.startsWith("tokenizer."));

function tokenizerOf(metadata: readonly MetadataEntry[]): ChatTokenizer {
  return loadTokenizer(openModel(writeGguf({ ...tinyGguf(), metadata: [...withoutTokenizer, ...metadata] })));
}

const without = (metadata: readonly MetadataEntry[], key: string): MetadataEntry[] =>
  metadata.filter(([name]) => name !== `tokenizer.ggml.${key}`);

test("byte-level pairs encode as in the folder, and the template is the file's", () => {
  const template: MetadataEntry = ["tokenizer.chat_template", "string", chatTemplate];
  const gguf = tokenizerOf([...gpt2Metadata(), template]);
  const folder = loadTokenizer(openModel(writeTinyModel()));
  assert.equal(gguf.template, "own");
  assert.deepEqual(gguf.notes, []);
  for (const text of ["the other thing in 1234", "नमस्ते 你好", "<|im_start|>in", " a  b\n\n"]) {
    assert.deepEqual(gguf.encode(text), folder.encode(text));
    assert.equal(gguf.decode(gguf.encode(`x${text}`)), `x${text}`.replace("<|im_start|>", ""));
  }
  assert.deepEqual(
    gguf.formatExample({ prompt: "in", response: "the" }),
    folder.formatExample({ prompt: "in", response: "the" }),
  );
  assert.deepEqual(gguf.stopIds, folder.stopIds);
});

test("the pre-tokenizer that a file names cuts words, and an unknown one is refused", () => {
  const named = (name: string): MetadataEntry[] => [
    ...without(gpt2Metadata(), "pre"),
    ["tokenizer.ggml.pre", "string", name],
  ];
  // A merge across a digit and a letter can only apply where digits are not cut off.
  const merges = gpt2Metadata().find(([key]) => key.endsWith("merges"));
  assert.ok(merges && merges[1] === "array");
  assert.equal(tokenizerOf(named("gpt-2")).encode("the").length, 1);
  assert.throws(() => tokenizerOf(named("tekken-2")), /pre-tokenizer tekken-2 is not supported/);
  for (const name of ["smollm", "llama-bpe", "qwen2", "tekken", "gpt-4o", "command-r", "viking"])
    assert.equal(
      tokenizerOf(named(name)).decode(tokenizerOf(named(name)).encode("Ab 12 é")),
      "Ab 12 é",
      name,
    );
});

test("pieces are merged best first, spaces are marked, and other text falls back to bytes", () => {
  const tokenizer = tokenizerOf(pieceMetadata());
  const id = (piece: string): number => pieces.indexOf(piece);
  assert.deepEqual(tokenizer.encode("ab"), [id("\u2581ab")]);
  assert.deepEqual(tokenizer.encode("b a"), [id("\u2581"), id("b"), id("\u2581a")]);
  assert.deepEqual(tokenizer.encode("é"), [id("\u2581"), id("<0xC3>"), id("<0xA9>")]);
  assert.equal(tokenizer.decode(tokenizer.encode("ab é b")), "ab é b");
  const bare = tokenizerOf(pieceMetadata([["tokenizer.ggml.add_space_prefix", "bool", false]]));
  assert.deepEqual(bare.encode("ab"), [id("ab")]);
});

test("a plain prompt begins with the token that the tokenizer puts first, and says how it looks", () => {
  const tokenizer = tokenizerOf(pieceMetadata());
  assert.equal(tokenizer.template, "plain");
  assert.equal(tokenizer.formatPrompt({ prompt: "ab" })[0], 1);
  assert.match(tokenizer.notes.join(), /no chat template.*<s>User: …\\nAssistant:.*<\/s>/);
  const none = tokenizerOf(pieceMetadata([["tokenizer.ggml.add_bos_token", "bool", false]]));
  assert.notEqual(none.formatPrompt({ prompt: "ab" })[0], 1);
});

test("merges are ordered by score, then by the longer left side", () => {
  const scores = Float64Array.of(0, 0, 0, -5, -5, -1);
  assert.deepEqual(mergesFromPieces(["a", "b", "c", "ab", "bc", "abc"], scores), [
    ["ab", "c"],
    ["a", "bc"],
    ["a", "b"],
    ["b", "c"],
  ]);
});

test("faults of the metadata are named", () => {
  const refusal = (metadata: readonly MetadataEntry[]): string => {
    try {
      tokenizerOf(metadata);
    } catch (error) {
      assert.ok(error instanceof HumanError, String(error));
      assert.notEqual(error.remedy, "");
      return error.message;
    }
    return assert.fail("was accepted");
  };
  assert.match(refusal(without(gpt2Metadata(), "tokens")), /has no tokenizer/);
  assert.match(refusal(without(gpt2Metadata(), "merges")), /has no merges/);
  assert.match(refusal(without(gpt2Metadata(), "eos_token_id")), /no token that ends a response/);
  assert.match(refusal(without(pieceMetadata(), "scores")), /263 tokens with 0 scores/);
  const constant = pieces.map(() => -1000);
  assert.match(
    refusal([...without(pieceMetadata(), "scores"), ["tokenizer.ggml.scores", "array", "float32", constant]]),
    /all pieces of its tokenizer have the same score/,
  );
  assert.match(
    refusal([...without(gpt2Metadata(), "model"), ["tokenizer.ggml.model", "string", "t5"]]),
    /tokenizer of kind t5/,
  );
  assert.match(
    refusal([...without(gpt2Metadata(), "eos_token_id"), ["tokenizer.ggml.eos_token_id", "uint32", 999]]),
    /eos_token_id is 999, beyond the vocabulary/,
  );
});
