// Instructions in verdicts and metrics, chrF++ and likelihood per character of old samples.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EvaluationRow } from "../../../src/core/dataset/example.ts";
import type { SampleRecord } from "../../../src/core/records/records.ts";
import { aggregate, judge } from "../../../src/core/scoring/score.ts";

const row: EvaluationRow = {
  id: "a",
  language: "en",
  prompt: "p",
  instructions: [{ id: "punctuation:no_comma", kwargs: {} }],
};

function sample(of: EvaluationRow, response: string, responseLanguage = of.language): SampleRecord {
  return {
    language: of.language,
    id: of.id,
    prompt: of.prompt,
    response,
    reference: of.reference ?? null,
    tags: {},
    tokens: 1,
    stopped: true,
    responseLanguage,
    ...judge(of, response, responseLanguage, new Map()),
    nll: null,
    nllTokens: 0,
  };
}

describe("a row with instructions", () => {
  it("passes its checks when it passes them strictly", () => {
    assert.equal(sample(row, "A cat.").checksPassed, true);
    assert.equal(sample(row, "A cat.").outcome, "followed");
    assert.equal(sample(row, "Well, here:\nA cat.").checksPassed, false);
    assert.deepEqual(sample(row, "Well, here:\nA cat.").instructions, [
      { id: "punctuation:no_comma", strict: false, loose: true },
    ]);
    assert.equal("instructions" in sample({ id: "b", language: "en", prompt: "p" }, "x"), false);
  });

  it("with checks of its own needs both", () => {
    const both: EvaluationRow = { ...row, checks: [{ kind: "includes", all: ["cat"] }] };
    assert.equal(sample(both, "A cat.").checksPassed, true);
    assert.equal(sample(both, "A dog.").checksPassed, false);
    assert.equal(sample(both, "A dog.").ownChecksPassed, false);
    const { languages } = aggregate([
      sample(both, "Well, a dog:\nA dog."),
      sample(both, "Well, a cat:\ncat"),
    ]);
    assert.equal(languages.en?.checks?.value, 0);
    assert.equal(languages.en?.checksLoose?.value, 0.5);
  });

  it("that asks for another language wants that one", () => {
    const hindi: EvaluationRow = {
      ...row,
      instructions: [{ id: "language:response_language", kwargs: { language: "hi" } }],
    };
    assert.equal(sample(hindi, "नमस्ते", "hi").outcome, "followed");
    assert.equal(sample(hindi, "Hello", "en").outcome, "wrongLanguage");
  });

  it("gives metrics by kind of instruction, strict and loose", () => {
    const samples = [sample(row, "A cat."), sample(row, "Well, here:\nA cat."), sample(row, "a, b")];
    const { languages } = aggregate(samples);
    assert.equal(languages.en?.checks?.value, 1 / 3);
    assert.equal(languages.en?.checksLoose?.value, 2 / 3);
    assert.equal(languages.en?.["checks:instruction=punctuation:no_comma"]?.value, 1 / 3);
    assert.equal(languages.en?.["checksLoose:instruction=punctuation:no_comma"]?.value, 2 / 3);
    assert.equal(languages.en?.["checks:instruction=punctuation:no_comma"]?.n, 3);
  });

  it("rows without instructions have no loose metric", () => {
    const plain: EvaluationRow = {
      id: "a",
      language: "en",
      prompt: "p",
      checks: [{ kind: "includes", all: ["x"] }],
    };
    assert.equal(aggregate([sample(plain, "x")]).languages.en?.checksLoose, undefined);
  });
});

describe("scores against references", () => {
  const scored = (reference: string, nll: number, nllTokens: number, response = ""): SampleRecord => ({
    ...sample({ id: "a", language: "hi", prompt: "p", reference }, response),
    nll,
    nllTokens,
  });

  it("nats per character go by code points of the NFC form", () => {
    // "é" written as two code points is one; the Devanagari syllable "कि" is two.
    const { languages } = aggregate([scored("e\u0301", 3, 2), scored("कि", 1, 6)]);
    assert.equal(languages.hi?.nllPerCharacter?.value, (3 * 2 + 1 * 6) / (1 + 2));
    assert.equal(languages.hi?.nllPerCharacter?.n, 2);
  });

  it("chrF++ is the mean of the prompts, from samples as they lie in old folders", () => {
    const { languages } = aggregate([scored("same", 1, 1, "same"), scored("same", 1, 1, "xyz")]);
    assert.equal(languages.hi?.chrf?.value, 0.5);
    assert.equal(languages.hi?.chrf?.n, 2);
  });

  it("are absent without references", () => {
    const { languages } = aggregate([sample(row, "x")]);
    assert.equal(languages.en?.chrf, undefined);
    assert.equal(languages.en?.nllPerCharacter, undefined);
  });
});
