// Responses that identifiers take for what they are not: numbers, scripts of one language, languages that are alike.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EvaluationRow } from "../../../src/core/dataset/example.ts";
import { responseScorer } from "../../../src/runtime/evaluation/scoreResponse.ts";

async function verdict(language: string, response: string, more: Partial<EvaluationRow> = {}) {
  const row: EvaluationRow = { id: "a", language, prompt: "p", ...more };
  const score = await responseScorer(new Map([[language, [row]]]), null);
  return score(row, response);
}

test("11: Serbian in Latin letters is Serbian, though it reads like Croatian", async () => {
  const text = "Sutra ću kupiti hleb i mleko, a posle podne ćemo se šetati pored reke.";
  assert.notEqual((await verdict("sr-Latn", text)).languageCorrect, false);
  assert.equal(
    (await verdict("sr-Latn", "We will buy bread and milk tomorrow, and walk by the river.")).languageCorrect,
    false,
  );
});

test("13: Traditional and Simplified Chinese are told apart by their characters", async () => {
  const traditional = "這條河流過許多國家，兩岸的風景非常美麗。";
  const simplified = "这条河流过许多国家，两岸的风景非常美丽。";
  assert.equal((await verdict("zh-Hant", traditional)).languageCorrect, true);
  assert.equal((await verdict("zh-Hant", simplified)).languageCorrect, false);
  assert.equal((await verdict("zh-Hans", traditional)).languageCorrect, false);
});

test("14: a right answer without words is no answer in a wrong language", async () => {
  for (const [response, all] of [
    ["42", "42"],
    ["👍", "👍"],
    ["x² + 1 = 2", "= 2"],
  ] as const) {
    const { languageCorrect, outcome } = await verdict("en", response, {
      checks: [{ kind: "includes", all: [all] }],
    });
    assert.notEqual(languageCorrect, false, response);
    assert.equal(outcome, "followed", response);
  }
});
