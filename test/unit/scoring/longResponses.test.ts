// Responses of a model that babbles: each pattern that a check has would once have run for minutes or for ever.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { maskNonLanguage } from "../../../src/core/fidelity/mask.ts";
import { readableText } from "../../../src/core/fidelity/readable.ts";
import { longResponses, maxScored } from "../../../src/core/fidelity/scoredPart.ts";
import { followsInstruction } from "../../../src/core/ifeval/followsInstruction.ts";
import type { Instruction } from "../../../src/core/ifeval/kinds.ts";
import { sentencesOf, wordsOf } from "../../../src/core/ifeval/segment.ts";
import { normaliseText } from "../../../src/core/language/foldText.ts";
import { segmentsOf } from "../../../src/core/language/segments.ts";
import { passesCheck } from "../../../src/core/scoring/checks.ts";
import { responseScorer, sampleOf } from "../../../src/runtime/evaluation/scoreResponse.ts";

const many = 1_000_000;

describe("text of any shape is read in one pass", () => {
  it('lists, whose items may be words for "and" or nothing but marks', () => {
    const items = Array.from({ length: 40 }, () => "a");
    assert.equal(passesCheck(`${", a".repeat(80)}b`, { kind: "list", items }), false);
    assert.equal(passesCheck(items.join(", a "), { kind: "list", items }), true);
    const marks = Array.from({ length: 12 }, () => ".");
    assert.equal(passesCheck(`a${"\n".repeat(60)}b`, { kind: "list", items: marks }), false);
    assert.equal(passesCheck(`a${" ".repeat(many)}b`, { kind: "list", items: ["a", "b"] }), false);
    assert.equal(passesCheck(`a${"\n ".repeat(many)}b`, { kind: "list", items: ["a", "b"] }), true);
  });

  it("marks at the ends", () => {
    assert.equal(normaliseText(`x${".".repeat(many)}x.`), `x${".".repeat(many)}x`);
  });

  it("code and addresses", () => {
    const parts = [
      "a",
      "a_",
      "a.",
      "_",
      "1",
      "a-",
      "<a",
      "@a",
      "www.",
      "`",
      "<",
      "[",
      "http://",
      '{"',
      '":',
      "\n",
    ];
    for (const part of [...parts, "<think>", "<think>a</think>", "```\n", "ह", "aя", "word слово "])
      for (const read of [maskNonLanguage, readableText]) {
        const judged = `\`${part.repeat(maxScored)}`.slice(0, maxScored - 2);
        assert.equal(read(`${judged} é`).length, maxScored, part);
        // What comes after isn't looked at, however much it is.
        assert.equal(read(`${judged} é${part.repeat(many)}`), read(`${judged} é`), part);
      }
    assert.equal(maskNonLanguage("an_example _private a.b.com x-y.org").trim(), "_private");
  });

  it("reasoning, however many blocks: twice the text is twice the work", context => {
    const copied = (blocks: number): number => {
      const text = "<think>a</think>b\n".repeat(blocks);
      const slice = context.mock.method(String.prototype, "slice");
      const readable = readableText(text);
      const pieces = slice.mock.calls.map(({ result }) => String(result).length);
      slice.mock.restore();
      assert.equal(readable, `${" ".repeat(16)}b\n`.repeat(blocks));
      return pieces.reduce((sum, length) => sum + length, 0);
    };
    assert.ok(copied(2000) <= 2.1 * copied(1000));
  });

  it("instructions", () => {
    const follows = (response: string, instruction: Instruction): boolean =>
      followsInstruction(response, instruction, { language: "fi", identify: () => "fi" });
    assert.equal(follows("<".repeat(many), { id: "detectable_format:title", kwargs: {} }), false);
    assert.equal(follows("x\n<<Otsikko>>", { id: "detectable_format:title", kwargs: {} }), true);
    assert.equal(follows("x\n 《书名》 \n", { id: "detectable_format:title", kwargs: {} }), true);
    const placeholders = (num_placeholders: number): Instruction => ({
      id: "detectable_content:number_placeholders",
      kwargs: { num_placeholders, relation: "at least" },
    });
    assert.equal(follows("[".repeat(many), placeholders(1)), false);
    assert.equal(follows("[a[b] c] [d] [e", placeholders(2)), true);
    assert.equal(follows("[a[b] c] [d] [e", placeholders(3)), false);
    const sections = (num_sections: number): Instruction => ({
      id: "detectable_format:multiple_sections",
      kwargs: { section_spliter: "osa", num_sections, relation: "at least" },
    });
    assert.equal(follows("1".repeat(many), sections(1)), false);
    assert.equal(follows("12. osa: a\n2. osa: b", sections(2)), true);
    const capitals: Instruction = {
      id: "change_case:capital_word_frequency",
      kwargs: { capital_frequency: 1, capital_relation: "at least" },
    };
    assert.equal(follows(`x${"-".repeat(many)}x`, capitals), false);
  });

  it("words and sentences, which are those of the whole text", () => {
    for (const text of [
      "\n".repeat(many / 10),
      `a${" ".repeat(many)}b`,
      "a. ".repeat(many / 10),
      "中".repeat(many / 10),
    ])
      assert.ok(sentencesOf(text, "en").length + wordsOf(text, "fi").length >= 0);
    const text = "Yksi lause tässä. Toinen, pidempi lause (jossa on 3,5 sanaa)! 他们来了。 ไปไหนมา ".repeat(
      80,
    );
    const whole = new Intl.Segmenter("fi", { granularity: "word" });
    assert.deepEqual(
      [...segmentsOf(text, "fi", "word")].map(({ segment }) => segment),
      [...whole.segment(text)].map(({ segment }) => segment),
    );
    assert.deepEqual(sentencesOf("yksi sana. toinen sana.", "fi"), ["yksi sana.", "toinen sana."]);
  });
});

it("a response of 10 MB is judged by its beginning, and that is said", async () => {
  const row = { id: "a", language: "en", prompt: "p", reference: "x" };
  const score = await responseScorer(new Map([["en", [row]]]), null);
  const response = "It was a dark and stormy night. ".repeat(many / 3).trim();
  const sample = sampleOf(row, { response, tokens: 1, stopped: false, nll: null, nllTokens: 0 }, score);
  assert.deepEqual(
    [sample.responseLanguage, sample.lpr, sample.response.length],
    ["en", true, response.length],
  );
  assert.equal(longResponses([{ response: "a".repeat(maxScored) }]), null);
  assert.match(
    longResponses([sample]) ?? "",
    /^One response is longer than 50,000 characters: only its first/,
  );
});
