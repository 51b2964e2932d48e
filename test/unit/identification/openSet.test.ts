// The open set: 76 languages told apart, and none of them taken for an evaluated one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sameLanguage } from "../../../src/core/language/alike.ts";
import { createIdentifier } from "../../../src/runtime/identification/identify.ts";
import { openSet } from "../../fixtures/fidelity/openSet.ts";

const twelve = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];
const sentences = Object.entries(openSet).flatMap(([language, two]) => two.map(text => ({ language, text })));

async function wrong(evaluated: readonly string[]): Promise<string[]> {
  const identifier = await createIdentifier(evaluated);
  return sentences.flatMap(({ language, text }) => {
    const found = identifier.identify(text).language;
    return sameLanguage(found, language) ? [] : [`${language}: ${found}`];
  });
}

test("at least 60 languages: at most 2 of 152 sentences wrong without a preference", async context => {
  assert.ok(Object.keys(openSet).length >= 60);
  const found = await wrong([]);
  context.diagnostic(`${sentences.length - found.length} of ${sentences.length}; ${found.join(", ")}`);
  assert.ok(found.length <= 2, found.join(", "));
});

test("at most 4 % wrong where twelve are evaluated, and none of them Swahili", async context => {
  const found = await wrong(twelve);
  context.diagnostic(`${sentences.length - found.length} of ${sentences.length}; ${found.join(", ")}`);
  assert.ok(found.length <= 6, found.join(", "));
  assert.deepEqual(
    found.filter(fault => fault.endsWith(": sw")),
    [],
  );
});

test("confidence: certain where a script leaves no choice, none where nothing can be told", async () => {
  const { identify } = await createIdentifier(twelve);
  assert.equal(identify("이것은 한국어입니다").confidence, 1);
  assert.deepEqual(identify("3 + 4"), { language: "zxx", confidence: 1 });
  assert.ok(identify("The children did not go to school today because it was closed.").confidence >= 0.9);
  assert.ok(identify("la casa").confidence < 0.9);
});
