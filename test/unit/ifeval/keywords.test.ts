// Keywords with folding, whole words where a script has them, inflected forms, and the loose variants.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkInstructions, looseVariants } from "../../../src/core/ifeval/checkInstructions.ts";
import { countKeyword, hasForbidden, hasKeyword } from "../../../src/core/ifeval/keywords.ts";
import type { Instruction } from "../../../src/core/ifeval/kinds.ts";

function judged(language: string, text: string, ...instructions: Instruction[]) {
  return checkInstructions(text, instructions, { language, identify: () => language });
}

describe("keywords", () => {
  it("are found whatever their case, width and vowel points", () => {
    assert.ok(hasKeyword("ИЗ МОСКВЫ", "москвы"));
    assert.ok(hasKeyword("ＡＢＣ", "abc"));
    assert.ok(hasKeyword("كِتَابٌ", "كتاب"));
    assert.ok(hasKeyword("שָׁלוֹם", "שלום"));
    assert.ok(hasKeyword("don’t", "don't"));
    assert.ok(!hasKeyword("sana", "säna"));
    assert.ok(hasKeyword("A well-known fact", "well-known"));
  });

  it("are counted without overlap, any form of a word", () => {
    assert.equal(countKeyword("Dům u domu, za domem.", "dům|domu|domem"), 3);
    assert.equal(countKeyword("aaaa", "aa"), 2);
    assert.equal(countKeyword("1+1 1+1", "1+1"), 2);
    assert.equal(countKeyword("well-known, Well-known", "well-known"), 2);
  });

  it("forbidden words are whole words, and anything in scripts without spaces", () => {
    assert.ok(hasForbidden("A rock.", "rock"));
    assert.ok(!hasForbidden("Rocks and brocks", "rock"));
    assert.ok(!hasForbidden("каменный", "камен"));
    assert.ok(hasForbidden("我在中国", "中国"));
    assert.ok(hasForbidden("मेरा नाम", "नाम"));
    assert.ok(!hasForbidden("नामी", "नाम"));
  });

  it("a missed keyword names the inflected form that is there, and fails all the same", () => {
    const house: Instruction = { id: "keywords:existence", kwargs: { keywords: ["talo"] } };
    assert.deepEqual(judged("fi", "Asun tallissa.", house), [
      { id: "keywords:existence", strict: false, loose: false },
    ]);
    const dům: Instruction = { id: "keywords:existence", kwargs: { keywords: ["kniha"] } };
    assert.deepEqual(judged("cs", "Čtu knihu.", dům), [
      { id: "keywords:existence", strict: false, loose: false, inflected: "knihu" },
    ]);
    const forbidden: Instruction = { id: "keywords:forbidden_words", kwargs: { forbidden_words: ["книга"] } };
    assert.deepEqual(judged("ru", "Вижу книгу.", forbidden), [
      { id: "keywords:forbidden_words", strict: true, loose: true, inflected: "книгу" },
    ]);
    assert.deepEqual(judged("en", "Books.", { id: "keywords:existence", kwargs: { keywords: ["booked"] } }), [
      { id: "keywords:existence", strict: false, loose: false },
    ]);
  });
});

describe("loose", () => {
  it("tries the eight variants of the paper", () => {
    assert.deepEqual(looseVariants("Sure:\n*a*\nBye"), [
      "Sure:\n*a*\nBye",
      "*a*\nBye",
      "Sure:\n*a*",
      "*a*",
      "Sure:\na\nBye",
      "a\nBye",
      "Sure:\na",
      "a",
    ]);
  });

  it("forgives a first line, a last line and asterisks, not more", () => {
    const noComma: Instruction = { id: "punctuation:no_comma", kwargs: {} };
    const loose = (text: string) => judged("en", text, noComma).map(({ strict, loose }) => [strict, loose]);
    assert.deepEqual(loose("Sure, here:\nA cat.\nEnjoy, please!"), [[false, true]]);
    assert.deepEqual(loose("Here:\nA cat, a dog.\nBye"), [[false, false]]);
    assert.deepEqual(loose("A cat."), [[true, true]]);
    assert.deepEqual(loose("Yes, one line."), [[false, false]]);
    const quoted: Instruction = { id: "startend:quotation", kwargs: {} };
    assert.deepEqual(judged("en", '*"A cat."*', quoted), [
      { id: "startend:quotation", strict: false, loose: true },
    ]);
  });
});
