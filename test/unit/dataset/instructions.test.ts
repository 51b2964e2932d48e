// IFEval's instruction lists in evaluation rows: what is read, and every fault with its line.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseEvaluation } from "../../../src/core/dataset/rows.ts";

function parse(language: string, ...rows: readonly object[]) {
  const text = rows.map(row => JSON.stringify(row)).join("\n");
  return parseEvaluation(text, { file: "eval.jsonl", language });
}

function faultsOf(language: string, row: object): string[] {
  return parse(language, { id: "a", prompt: "p", ...row }).diagnostics.map(
    ({ severity, message, remedy, range }) => `${severity} ${range.start.line + 1}: ${message} ${remedy}`,
  );
}

describe("instruction_id_list", () => {
  it("is read with its arguments, null ones left out, beside checks", () => {
    const { rows, diagnostics } = parse("fi", {
      id: "a",
      prompt: "p",
      checks: [{ kind: "includes", all: ["x"] }],
      instruction_id_list: ["length_constraints:number_words", "punctuation:no_comma"],
      kwargs: [{ num_words: 3, relation: "less than", keywords: null }, { num_words: null }],
    });
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(rows[0]?.instructions, [
      { id: "length_constraints:number_words", kwargs: { num_words: 3, relation: "less than" } },
      { id: "punctuation:no_comma", kwargs: {} },
    ]);
    assert.equal(rows[0]?.checks?.length, 1);
  });

  it("needs no kwargs where no instruction does, and languages are canonical", () => {
    const { rows, diagnostics } = parse(
      "en",
      { id: "a", prompt: "p", instruction_id_list: ["startend:quotation"] },
      {
        id: "b",
        prompt: "p",
        instruction_id_list: ["language:response_language"],
        kwargs: [{ language: "zh_CN" }],
      },
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(rows[1]?.instructions?.[0]?.kwargs, { language: "zh-CN" });
  });

  it("names what is wrong, by line, with what was meant", () => {
    const one = (id: string, kwargs: unknown) =>
      faultsOf("en", { instruction_id_list: [id], kwargs: [kwargs] });
    assert.deepEqual(one("punctuation:no_commas", {}), [
      'error 1: Unknown instruction "punctuation:no_commas". Did you mean "punctuation:no_comma"?',
    ]);
    assert.deepEqual(one("length_constraints:number_words", { num_word: 3, relation: "at least" }), [
      'error 1: length_constraints:number_words has no argument "num_word". Did you mean "num_words"?',
    ]);
    assert.deepEqual(one("length_constraints:number_words", { num_words: 3 }), [
      'error 1: length_constraints:number_words: "relation" is missing. It must be "less than" or "at least".',
    ]);
    assert.deepEqual(one("length_constraints:number_words", { num_words: 2.5, relation: "at least" }), [
      'error 1: length_constraints:number_words: "num_words" can\'t be 2.5. It must be a whole number.',
    ]);
    assert.deepEqual(
      one("keywords:letter_frequency", { letter: "ab", let_frequency: 1, let_relation: "at least" }),
      ['error 1: keywords:letter_frequency: "letter" can\'t be "ab". It must be one character.'],
    );
    assert.deepEqual(one("language:response_language", { language: "klingonese" }), [
      'error 1: language:response_language: "language" can\'t be "klingonese". It must be a language tag such as "hi".',
    ]);
    assert.match(one("punctuation:no_comma", "x")[0] ?? "", /must be an object, not text/);
    assert.match(one("punctuation:no_comma", { n: 1 })[0] ?? "", /It has no arguments/);
    assert.match(faultsOf("en", { instruction_id_list: "x" })[0] ?? "", /must be a list, not text/);
    assert.match(faultsOf("en", { instruction_id_list: [3] })[0] ?? "", /must be text, not a number/);
    assert.match(
      faultsOf("en", { instruction_id_list: ["punctuation:no_comma"], kwargs: [] })[0] ?? "",
      /has 0 entries for 1 instructions/,
    );
    assert.match(
      faultsOf("en", { instruction_id_lists: ["x"] })[0] ?? "",
      /Did you mean "instruction_id_list"/,
    );
  });

  it("refuses what can't hold in the language, line by line, and keeps the rest of the row", () => {
    const row = {
      prompt: "p",
      instruction_id_list: ["change_case:english_capital", "punctuation:no_comma"],
      kwargs: [{}, {}],
    };
    const { rows, diagnostics } = parse("ar", { id: "a", ...row }, { id: "b", ...row });
    assert.deepEqual(
      diagnostics.map(({ severity, code, range }) => [severity, code, range.start.line]),
      [
        ["warning", "instruction-refused", 0],
        ["warning", "instruction-refused", 1],
      ],
    );
    assert.equal(
      diagnostics[0]?.message,
      "change_case:english_capital: Arabic has no capital and small letters.",
    );
    assert.deepEqual(
      rows.map(({ instructions }) => instructions?.map(({ id }) => id)),
      [["punctuation:no_comma"], ["punctuation:no_comma"]],
    );
  });

  it("lists twenty refusals and tells how many more", () => {
    const rows = Array.from({ length: 25 }, (_, i) => ({
      id: String(i),
      prompt: "p",
      instruction_id_list: ["change_case:english_lowercase"],
      kwargs: [{}],
    }));
    const { diagnostics } = parse("zh", ...rows);
    assert.equal(diagnostics.length, 21);
    assert.match(diagnostics[20]?.message ?? "", /^5 more such warnings/);
    assert.equal(diagnostics[20]?.range.start.line, 20);
  });
});

describe("M-IFEval", () => {
  const published = (language: string, id: string, kwargs: object = {}) =>
    parse(language, { key: 1, prompt: "p", instruction_id_list: [id], kwargs: [kwargs] });

  it("ids with a language are the kinds that they name, with relations in that language", () => {
    const read = (language: string, id: string, kwargs: object = {}) => {
      const { rows, diagnostics } = published(language, id, kwargs);
      assert.deepEqual(diagnostics, [], id);
      return rows[0]?.instructions?.[0];
    };
    assert.deepEqual(
      read("es", "es:length_constraints:number_words", { num_words: 9, relation: "como máximo" }),
      {
        id: "length_constraints:number_words",
        kwargs: { num_words: 9, relation: "at most" },
      },
    );
    assert.deepEqual(read("fr", "fr:change_case:french_capital"), {
      id: "change_case:english_capital",
      kwargs: {},
    });
    assert.deepEqual(read("ja", "ja:letters:kanji", { kanji_limit: 50, relation: "以上" }), {
      id: "letters:kanji",
      kwargs: { kanji_limit: 50, relation: "at least" },
    });
    assert.deepEqual(read("ja", "ja:detectable_format:constrained_response")?.kwargs, {
      options: ["はい、そうです。", "いいえ、違います。", "どちらとも言えません。"],
    });
    assert.deepEqual(
      read("es", "es:detectable_content:number_placeholders", { num_placeholders: 3, relation: "al menos" })
        ?.kwargs,
      { num_placeholders: 3, relation: "at least" },
    );
  });

  it("kinds that are no plain rule are refused by name, with the reason", () => {
    for (const [language, id] of [
      ["fr", "fr:detectable_content:informal_address"],
      ["fr", "fr:special_character:accents"],
      ["ja", "ja:detectable_format:nominal_ending"],
    ] as const) {
      const { rows, diagnostics } = published(language, id);
      assert.deepEqual([rows.length, rows[0]?.instructions], [1, undefined]);
      assert.match(diagnostics[0]?.message ?? "", new RegExp(`^${id}: \\w`));
      assert.equal(diagnostics[0]?.severity, "warning");
    }
    assert.match(
      published("es", "es:keywords:existance").diagnostics[0]?.message ?? "",
      /Unknown instruction/,
    );
  });
});

describe("Multi-IF", () => {
  const row = {
    turns: "None",
    responses: "None",
    turn_1_prompt: JSON.stringify({ role: "user", content: "Scrivi due frasi." }),
    turn_1_instruction_id_list: '["length_constraints:number_sentences", "punctuation:no_comma"]',
    turn_1_kwargs: JSON.stringify([JSON.stringify({ relation: "at least", num_sentences: 2 }), "{}"]),
    turn_2_prompt: JSON.stringify({ role: "user", content: "E ora altre." }),
    key: "1000:1:it",
    language: "Italian",
  };

  it("the first turn is read, with JSON in texts; how many have later turns is told once", () => {
    const { rows, diagnostics } = parse(
      "it",
      row,
      { ...row, key: "2", turn_2_prompt: "None" },
      { ...row, key: 3 },
    );
    assert.deepEqual(rows[0], {
      id: "1000:1:it",
      language: "it",
      prompt: "Scrivi due frasi.",
      instructions: [
        { id: "length_constraints:number_sentences", kwargs: { relation: "at least", num_sentences: 2 } },
        { id: "punctuation:no_comma", kwargs: {} },
      ],
    });
    assert.deepEqual(
      rows.map(({ id }) => id),
      ["1000:1:it", "2", "3"],
    );
    assert.deepEqual(
      diagnostics.map(({ severity, message }) => [severity, message.slice(0, 65)]),
      [["warning", "Only the first turn of 2 conversations is evaluated: instructions"]],
    );
  });

  it("another language than the file's is a fault, whichever way it is written", () => {
    assert.match(parse("fi", row).diagnostics[0]?.message ?? "", /"Italian"/);
  });
});
