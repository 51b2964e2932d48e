// Line-level and word-level pass as the Language Confusion Benchmark computes them, and the spans that are marked.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { judgeFidelity } from "../../../src/core/fidelity/fidelity.ts";
import type { IdentifyLine } from "../../../src/core/fidelity/foreignSpans.ts";
import { maskNonLanguage } from "../../../src/core/fidelity/mask.ts";
import { isEnglishWord } from "../../../src/runtime/identification/englishWords.ts";
import { createIdentifier } from "../../../src/runtime/identification/identify.ts";
import { responses } from "../../fixtures/fidelity/responses.ts";

const twelve = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];

describe("judgeFidelity on sixty responses judged by hand", () => {
  let identify: IdentifyLine;
  before(async () => {
    ({ identify } = await createIdentifier(twelve));
  });

  it("has five in each of the twelve languages", () => {
    for (const language of twelve)
      assert.equal(responses.filter(({ wanted }) => wanted === language).length, 5, language);
  });

  for (const { wanted, about, response, lpr, wpr } of responses) {
    it(`${wanted}: ${about}`, () => {
      const found = judgeFidelity(response, wanted, { identify, isEnglishWord });
      assert.deepEqual({ lpr: found.lpr, wpr: found.wpr }, { lpr, wpr });
    });
  }
});

describe("spans in another language", () => {
  let identify: IdentifyLine;
  before(async () => {
    ({ identify } = await createIdentifier(twelve));
  });
  const marked = (response: string, wanted: string): [string, string][] =>
    judgeFidelity(response, wanted, { identify, isEnglishWord }).foreign.map(({ start, end, language }) => [
      response.slice(start, end),
      language,
    ]);

  it("words by their script, whole runs of them, names alone not", () => {
    assert.deepEqual(marked("आप इस problem को हल करें", "hi"), [["problem", "und-Latn"]]);
    assert.deepEqual(marked("كتب Hamlet ثم قال To be في مدينة لندن الكبيرة", "ar"), []);
    assert.deepEqual(marked("يمكنك The old method أن تستعمل", "ar"), [["The old method", "und-Latn"]]);
    assert.deepEqual(marked("Слово 重要 значит важный", "ru"), [["重要", "und-Hani"]]);
    assert.deepEqual(marked("The word привет means hello", "en"), [["привет", "und-Cyrl"]]);
    assert.deepEqual(marked("Сначала `const value = next` потом", "ru"), []);
  });

  it("lines by their language, offsets counted through line breaks and code", () => {
    const response = "Praha je hlavní město České republiky.\n`kód`\n  The city lies on the river Vltava.";
    assert.deepEqual(marked(response, "cs"), [["The city lies on the river Vltava", "en"]]);
    assert.deepEqual(marked("北京是中国的首都，人口超过两千万。", "ru"), [
      ["北京是中国的首都，人口超过两千万", "zh"],
    ]);
  });

  it("sentences inside a line", () => {
    const line =
      "Praha je hlavní město České republiky. The city lies on the river Vltava. Žije tam přes milion lidí.";
    assert.deepEqual(marked(line, "cs"), [["The city lies on the river Vltava", "en"]]);
    const other =
      "The city lies on the river Vltava and is old. Praha je hlavní město České republiky a leží na Vltavě.";
    assert.deepEqual(marked(other, "en"), [["Praha je hlavní město České republiky a leží na Vltavě", "cs"]]);
  });

  it("nothing in an empty response, or one without letters", () => {
    for (const response of ["", "42", "…", "\n\n"]) assert.deepEqual(marked(response, "zh"), []);
  });
});

describe("maskNonLanguage", () => {
  it("keeps every offset and every line break", () => {
    const text =
      "See 😀 `a\u0301 b` at https://example.org/ü?q=1.\n```js\nlet x\n```\nend_of_it 3km f() <b>fett</b>";
    const masked = maskNonLanguage(text);
    assert.equal(masked.length, text.length);
    assert.deepEqual(
      [...masked.matchAll(/\n/gu)].map(m => m.index),
      [...text.matchAll(/\n/gu)].map(m => m.index),
    );
    assert.equal(masked.replace(/\s+/gu, " ").trim(), "See 😀 at fett");
  });

  it("leaves plain text as it is, slashes and dashes between words too", () => {
    for (const text of [
      "he/she or and/or well-known",
      "3 + 4 = 7",
      "L'amour, c'est 1,5 fois",
      "Ende.\nUnd weiter",
    ])
      assert.equal(maskNonLanguage(text), text);
  });
});
