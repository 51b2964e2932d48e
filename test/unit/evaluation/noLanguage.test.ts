// From a response to its record with the identifiers themselves: no words, and languages that can't be told apart.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EvaluationRow } from "../../../src/core/dataset/example.ts";
import { responseScorer } from "../../../src/runtime/evaluation/scoreResponse.ts";
import { lid176Path } from "../../../src/runtime/identification/packagedData.ts";

const row = (language: string, more: Partial<EvaluationRow> = {}): EvaluationRow => ({
  id: "a",
  language,
  prompt: "…",
  ...more,
});

async function scorer(rows: readonly EvaluationRow[], identifier: string | null) {
  return responseScorer(new Map(rows.map(each => [each.language, [each]])), identifier);
}

test("no words are in no language with either identifier", async () => {
  const fi = row("fi");
  const number = row("fi", { checks: [{ kind: "includes", all: ["42"] }] });
  for (const identifier of [null, lid176Path()]) {
    const score = await scorer([fi], identifier);
    for (const response of ["", "42", "😀 👍", "3,14 = 3.14", "…"]) {
      const { responseLanguage, languageCorrect, outcome } = score(fi, response);
      assert.deepEqual([responseLanguage, languageCorrect, outcome], ["zxx", null, "noLanguage"], response);
    }
    assert.equal(score(number, "42").outcome, "followed");
    assert.equal(score(number, "43").outcome, "wrongAnswer");
    assert.equal(score(fi, "Helsinki on Suomen pääkaupunki ja sen suurin kaupunki.").outcome, "unchecked");
    assert.equal(
      score(fi, "Helsinki is the capital of Finland and its largest city.").outcome,
      "wrongLanguage",
    );
  }
});

test("only code is in no language", async () => {
  const fi = row("fi");
  const score = await scorer([fi], null);
  const { responseLanguage, outcome } = score(fi, "```python\nfor item in items:\n    print(item)\n```");
  assert.deepEqual([responseLanguage, outcome], ["zxx", "noLanguage"]);
});

test("a language that can't be told apart is not scored, nor its passages, unless the person's model knows it", async () => {
  const [gsw, ast] = [row("gsw"), row("ast")];
  const german = "Das Wetter ist heute wirklich sehr schön, und wir gehen spazieren.";
  const asturian =
    "Los exércitos de los dos reinos alcontráronse na ribera del ríu y la batalla duró tol día.";
  const own = await scorer([gsw, ast], null);
  for (const [each, response] of [
    [gsw, german],
    [ast, asturian],
  ] as const) {
    const { languageCorrect, outcome, lpr, lineAccuracy, foreign } = own(each, response);
    assert.deepEqual(
      [languageCorrect, outcome, lpr, lineAccuracy, foreign],
      [null, "unscored", null, null, []],
    );
  }
  // lid.176 has a label for Asturian and, by the name of its Wikipedia, als for Swiss German.
  const given = await scorer([gsw, ast], lid176Path());
  assert.notEqual(given(ast, asturian).languageCorrect, null);
  assert.equal(given(gsw, german).outcome, "unscored");
});
