// From what people write to a tag: exact tables, and what is only a suggestion.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  isLanguageCode,
  knownLanguage,
  suggestLanguage,
  withoutUsualScript,
} from "../../../src/core/language/names.ts";

describe("knownLanguage", () => {
  for (const [what, pairs] of Object.entries({
    "tags and codes": {
      en: "en",
      EN: "en",
      zh_CN: "zh-CN",
      "pt-br": "pt-BR",
      ger: "de",
      deu: "de",
      iw: "he",
      "sr-Cyrl": "sr-Cyrl",
      " fi ": "fi",
      yor: "yo",
      bak: "ba",
      nan: "nan",
    },
    "codes of FLORES": {
      eng_Latn: "en",
      arb_Arab: "ar",
      zho_Hans: "zh-Hans",
      zho_Hant: "zh-Hant",
      kor_Hang: "ko",
      ace_Arab: "ace-Arab",
      prs_Arab: "fa-AF",
      yue_Hant: "yue",
      als_Latn: "sq",
    },
    "names that ICU has": {
      English: "en",
      german: "de",
      "Northern Sotho": "nso",
      Manipuri: "mni",
      Sicilian: "scn",
      "Low German": "nds",
      Konkani: "kok",
      "Simplified Chinese": "zh-Hans",
      simplified_chinese: "zh-Hans",
      Dari: "fa-AF",
      "Brazilian Portuguese": "pt-BR",
      "Old Norse": "non",
      Ewe: "ee",
      Norwegian: "no",
      "N’Ko": "nqo",
    },
    "names that others have": {
      Haitian: "ht",
      "Western Persian": "fa",
      Valencian: "ca",
      Tagalog: "fil",
      "Standard Arabic": "ar",
      "Modern Standard Arabic": "ar",
      Bengali: "bn",
      Panjabi: "pa",
      Sepedi: "nso",
      Setswana: "tn",
      "Ta’izzi-Adeni Arabic": "acq",
      Farsi: "fa",
    },
    "names in brackets, turned around and in lists": {
      "Chinese (Traditional)": "zh-Hant",
      "Acehnese (Arabic script)": "ace-Arab",
      "Acehnese (Latin script)": "ace",
      "Portuguese (Brazil)": "pt-BR",
      "Sotho, Southern": "st",
      "Catalan; Valencian": "ca",
      "Pedi; Sepedi; Northern Sotho": "nso",
      "Greek, Modern (1453-)": "el",
      "Modern Greek (1453-)": "el",
      "Swahili (individual language)": "sw",
    },
    "a language's own name": {
      suomi: "fi",
      Deutsch: "de",
      русский: "ru",
      中文: "zh",
      हिन्दी: "hi",
      العربية: "ar",
    },
  } satisfies Record<string, Record<string, string | null>>))
    it(`reads ${what}`, () => {
      const read = Object.keys(pairs).map(written => [written, knownLanguage(written)]);
      assert.deepEqual(Object.fromEntries(read), pairs);
    });

  it("guesses nothing: near names, words, countries and what means two languages are unknown", () => {
    const words = [
      "code",
      "all",
      "raw",
      "dev",
      "train",
      "test",
      "src",
      "none",
      "NaN",
      "",
      "multilingual",
      "Python",
      "jp",
      "cz",
      "Finish",
      "swahilli",
      "Sotho",
      "Spanish; Dutch",
      "English (none)",
      "Oji-Cree (none)",
      "mul",
      "zxx",
      "Ga", // a language of Ghana, and the tag of Irish
      "Mon", // a language of Myanmar, and a code of Mongolian
    ];
    assert.deepEqual(
      words.filter(word => knownLanguage(word) !== null),
      [],
    );
  });
});

describe("codes and scripts", () => {
  it("a code is no name", () => {
    assert.deepEqual(["en", "eng_Latn", "English", "Ga", "suomi"].map(isLanguageCode), [
      true,
      true,
      false,
      false,
      false,
    ]);
  });
  it("a usual script is not named", () => {
    assert.deepEqual(["en-Latn", "sr-Latn", "ko-Hang", "pt-BR"].map(withoutUsualScript), [
      "en",
      "sr-Latn",
      "ko",
      "pt-BR",
    ]);
  });
});

describe("suggestLanguage", () => {
  for (const [written, tag] of [
    ["english", "en"],
    ["English", "en"],
    ["jp", "ja"],
    ["cz", "cs"],
    ["suomi", "fi"],
    ["Deutsch", "de"],
    ["русский", "ru"],
    ["finish", "fi"],
    ["swahilli", "sw"],
    ["zh_CN", "zh-CN"],
    ["mandarin", "zh"],
    ["qx", null],
    ["somethingelse", null],
  ] as const) {
    it(`${JSON.stringify(written)} means ${tag}`, () => assert.equal(suggestLanguage(written), tag));
  }
});
