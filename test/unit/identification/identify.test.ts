// Language identification: twelve languages, short texts, mixed scripts, and languages nobody asked about.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dominantScript, scriptsOf, wordsOf } from "../../../src/core/language/scripts.ts";
import { createIdentifier } from "../../../src/runtime/identification/identify.ts";

const twelve = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];

test("identifies a plain sentence in each of the twelve languages", async () => {
  const identifier = await createIdentifier(twelve);
  const sentences: Record<string, string> = {
    ar: "عاصمة فرنسا هي باريس.",
    zh: "法国的首都是巴黎。",
    cs: "Hlavní město Francie je Paříž.",
    en: "The capital of France is Paris.",
    et: "Prantsusmaa pealinn on Pariis.",
    fi: "Ranskan pääkaupunki on Pariisi.",
    he: "בירת צרפת היא פריז.",
    hi: "फ़्रांस की राजधानी पेरिस है।",
    it: "La capitale della Francia è Parigi.",
    ru: "Столица Франции — Париж.",
    es: "La capital de Francia es París.",
    sw: "Mji mkuu wa Ufaransa ni Paris.",
  };
  for (const [language, sentence] of Object.entries(sentences)) {
    assert.equal(identifier.identify(sentence).language, language, sentence);
  }
});

test("one word is enough where it may be in the wanted language", async () => {
  const identifier = await createIdentifier(twelve);
  for (const [word, language] of [
    ["шесть", "ru"],
    ["שש", "he"],
    ["ستة", "ar"],
    ["छह", "hi"],
    ["六", "zh"],
  ] as const) {
    assert.equal(identifier.identify(word, language).language, language, word);
  }
  for (const [word, language] of [
    ["Paris.", "et"],
    ["Ne.", "cs"],
    ["Ne.", "fi"],
    ["Ei.", "et"],
    ["nipe.", "sw"],
  ] as const)
    assert.equal(identifier.identify(word, language).language, language, word);
});

test("a text without letters is in no language", async () => {
  const identifier = await createIdentifier(twelve);
  for (const text of [
    "",
    "   ",
    "12",
    "3 + 4 = 7",
    "😀",
    "…?!",
    "x = 4",
    "H₂O",
    "E = mc²",
    "Anna, Peter, Maria",
  ]) {
    assert.equal(identifier.identify(text).language, "zxx", JSON.stringify(text));
    assert.equal(identifier.identify(text, "fi").language, "zxx", JSON.stringify(text));
  }
});

test("a Latin name inside another script does not decide", async () => {
  const identifier = await createIdentifier(twelve);
  assert.equal(identifier.identify("答案是Washington。").language, "zh");
  assert.equal(identifier.identify("كتب شكسبير مسرحية Hamlet في لندن").language, "ar");
});

test("a language that is no candidate is not called by a candidate's name", async () => {
  const english = await createIdentifier(["en"]);
  assert.equal(english.identify("Die Hauptstadt von Frankreich ist Paris.").language, "de");
  assert.equal(english.identify("The capital of France is Paris.").language, "en");
  assert.equal(english.identify("이것은 한국어입니다").language, "ko");
  assert.equal(english.identify("Paris", "en").language, "en");
  const chinese = await createIdentifier(["zh", "en"]);
  assert.equal(chinese.identify("これは日本語の文です。").language, "ja");
});

test("answers with the candidate's own tag", async () => {
  const identifier = await createIdentifier(["zh-Hans", "pt-BR", "nb", "fil", "cy", "zu"]);
  assert.equal(identifier.identify("你好世界，今天天气很好").language, "zh-Hans");
  assert.equal(identifier.identify("Olá, tudo bem com você?").language, "pt-BR");
  assert.equal(identifier.identify("Jeg bor i Oslo", "nb").language, "nb");
  assert.equal(identifier.identify("Kumusta ka na, kaibigan ko?").language, "fil");
  assert.equal(identifier.identify("Rwy’n byw yng Nghaerdydd").language, "cy");
  assert.equal(identifier.identify("Ngihlala eThekwini nomndeni wami").language, "zu");
});

test("broken text is read, not thrown at", async () => {
  const identifier = await createIdentifier(twelve);
  assert.equal(
    identifier.identify(`\ud800 The capital of France is Paris \0 ${"and so on ".repeat(2000)}`).language,
    "en",
  );
  const welsh = await createIdentifier(["en", "cy"]);
  assert.equal(welsh.identify("\ud800 Rwy’n byw yng Nghaerdydd").language, "cy");
});

test("scripts: kana makes Japanese, ideographs weigh more than letters", () => {
  assert.equal(dominantScript(wordsOf("私は東京に住んでいます")), "Jpan");
  assert.equal(dominantScript(wordsOf("东京 Tokyo")), "Hani");
  assert.equal(dominantScript(wordsOf("1, 2, 3")), null);
  assert.deepEqual(scriptsOf("ja"), ["Jpan", "Hani"]);
  assert.deepEqual(scriptsOf("zh-Hant"), ["Hani"]);
  assert.deepEqual(scriptsOf("sr"), ["Cyrl", "Latn"]);
  assert.deepEqual(scriptsOf("sr-Latn"), ["Latn"]);
  assert.deepEqual(scriptsOf("sw"), ["Latn"]);
});
