// Where lenses stand: prompts of an evaluation file, and mixtures of a mixture file that may be half written.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isOfMixture, mixtureLines, promptRows } from "../../../src/features/inline/promptRows.ts";

describe("rows of an evaluation file", () => {
  it("are told by line, language and id; the language is the row's own, or that of the file's name", () => {
    const text = [
      '{"id":"a","prompt":"yksi"}',
      "",
      '{"id":7,"language":"pt-br","prompt":"um"}',
      '{"id":"c","language":"not a tag","prompt":"kaksi"}',
    ].join("\r\n");
    assert.deepEqual(promptRows(text, "FI.jsonl"), [
      { line: 0, language: "fi", id: "a" },
      { line: 2, language: "pt-BR", id: "7" },
      { line: 3, language: "fi", id: "c" },
    ]);
  });

  it("of a file without a language in its name need one of their own", () => {
    const text = '{"id":"a"}\n{"id":"b","language":"sw"}';
    assert.deepEqual(promptRows(text, "all questions.jsonl"), [{ line: 1, language: "sw", id: "b" }]);
  });

  it("half a line, another program's lines and rows without an id are none", () => {
    const text =
      '{"id":"a","prom\n["id"]\n"id"\nnull "id"\n{"id":null}\n{"id":{}}\n{"name":"id"}\n{"prompt":"x"}';
    assert.deepEqual(promptRows(text, "fi.jsonl"), []);
  });
});

describe("mixtures of a mixture file", () => {
  const names = (text: string) => mixtureLines(text).map(({ name, line }) => `${line} ${name}`);

  it("are the keys right below `mixtures:`, quoted or not", () => {
    const text = [
      "version: 1",
      "mixtures:",
      "  # one comment: not a key",
      "  english: { monolingual: en }",
      "",
      "  'half & half':",
      "    uniform: [en, fi]",
      '  "a: b": { uniform: all }',
      "train:",
      "  method: lora",
    ].join("\r\n");
    assert.deepEqual(names(text), ["3 english", "5 half & half", "7 a: b"]);
  });

  it("of a text that is half written are those that are there", () => {
    assert.deepEqual(names("mixtures:\n  one: {\n  two"), ["1 one"]);
    assert.deepEqual(names("mixtures:"), []);
    assert.deepEqual(names("budget: 7\n"), []);
  });

  it("a member of a sweep is of its mixture, another mixture that begins alike is not", () => {
    assert.ok(isOfMixture("curve@10%", "curve") && isOfMixture("curve", "curve"));
    assert.ok(!isOfMixture("curves", "curve") && !isOfMixture("curve", "curve@10%"));
  });
});
