// The setting of the judge: one word as ever, or a list that judges as a panel.
import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeChoices } from "../../../src/platform/judgeSetting.ts";

const defaults = { url: "http://127.0.0.1:8000/v1", model: "small", promptLanguage: "own" } as const;

test("one word is the one judge, with the other settings; what is no judge is the rule", () => {
  assert.deepEqual(judgeChoices(" openai ", defaults), {
    judges: [{ ...defaults, kind: "openai" }],
    unknown: [],
  });
  for (const written of ["", "gpt", undefined, null, 3])
    assert.deepEqual(judgeChoices(written, defaults), {
      judges: [{ ...defaults, kind: "rule" }],
      unknown: [],
    });
});

test("a list is a panel: words and objects, what they leave out from the other settings, faults by name", () => {
  const { judges, unknown } = judgeChoices(
    [
      "rule",
      { kind: "openai", model: "large", promptLanguage: "en" },
      { kind: "local", url: "" },
      { model: "x" },
      7,
    ],
    defaults,
  );
  assert.deepEqual(judges, [
    { ...defaults, kind: "rule" },
    { ...defaults, kind: "openai", model: "large", promptLanguage: "en" },
    { ...defaults, kind: "local", url: "" },
  ]);
  assert.deepEqual(unknown, ['{"model":"x"}', "7"]);
  assert.deepEqual(judgeChoices([], defaults), { judges: [{ ...defaults, kind: "rule" }], unknown: [] });
});
