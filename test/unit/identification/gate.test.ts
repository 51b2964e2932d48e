// The language gate: open to the world, the same whatever else is evaluated, and deaf to code and terms.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { readableText } from "../../../src/core/fidelity/readable.ts";
import { sameLanguage } from "../../../src/core/language/alike.ts";
import { createIdentifier, type LanguageIdentifier } from "../../../src/runtime/identification/identify.ts";

let gate: LanguageIdentifier;
before(async () => {
  gate = await createIdentifier([]);
});

const isIn = (text: string, wanted: string): boolean =>
  sameLanguage(gate.identify(readableText(text), wanted).language, wanted);

test("English is no other language, also where that is the only one evaluated", async () => {
  const sentences = [
    "What is the capital of France, and how many people live there?",
    "The children did not go to school today because it was closed.",
    "Please write a short list of three animals that can swim.",
  ];
  for (const wanted of "sw ha zu xh cy ga gl so ig mt jv su af yo eu is".split(" ")) {
    const alone = await createIdentifier([wanted]);
    for (const sentence of sentences) assert.equal(alone.identify(sentence, wanted).language, "en", wanted);
  }
});

test("a neighbour in the same script is not taken for the wanted language", () => {
  for (const [text, wanted] of [
    ["Столиця Франції — Париж, і там живе багато людей.", "ru"],
    ["Столицата на Франция е Париж и там живеят много хора.", "ru"],
    ["Главни град Француске је Париз и тамо живи много људи.", "ru"],
    ["Францияның астанасы Париж қаласы, онда көп адам тұрады.", "ru"],
    ["پایتخت فرانسه پاریس است و مردم زیادی در آن زندگی می‌کنند.", "ar"],
    ["فرانس کا دارالحکومت پیرس ہے اور وہاں بہت سے لوگ رہتے ہیں۔", "ar"],
    ["फ्रान्सची राजधानी पॅरिस आहे आणि तेथे खूप लोक राहतात.", "hi"],
    ["די הויפּטשטאָט פֿון פֿראַנקרײַך איז פּאַריז.", "he"],
    ["Hlavné mesto Francúzska je Paríž a žije tam veľa ľudí.", "cs"],
  ] as const)
    assert.ok(!isIn(text, wanted), `${wanted}: ${text}`);
});

test("the verdict is one and the same in every set of evaluated languages", async () => {
  const texts = [
    "Столица Франции — Париж.",
    "The capital is Paris.",
    "La capital es París.",
    "Mji mkuu ni Paris.",
  ];
  const sets = [[], ["sw"], ["en", "sw"], ["uk", "ru", "bg"], ["ast", "gl", "es"], ["zu", "xh", "sw", "ha"]];
  const identifiers = await Promise.all(sets.map(set => createIdentifier(set)));
  for (const text of texts)
    for (const wanted of ["ru", "uk", "en", "sw", "es", "gl"]) {
      const verdicts = identifiers.map(({ identify }) =>
        sameLanguage(identify(text, wanted).language, wanted),
      );
      assert.equal(new Set(verdicts).size, 1, `${wanted}: ${text}`);
    }
});

const code = "```python\ndef mean(values):\n    return sum(values) / len(values)\n```";

test("code, addresses, keys, reasoning and the prompt are not read", () => {
  for (const [text, wanted] of [
    [`${code}\nयह फलन संख्याओं का औसत देता है।`, "hi"],
    [`यह फलन संख्याओं का औसत देता है।\n${code}`, "hi"],
    ["더 자세한 내용은 https://www.example.org/articles/identification?page=2 에서 볼 수 있습니다.", "ko"],
    ['{"name": "Москва", "description": "столица России", "population": 13000000}', "ru"],
    ["<think>The user wants the capital of Russia. That is Moscow.</think>\nСтолица России — Москва.", "ru"],
  ] as const)
    assert.ok(isIn(text, wanted), text);
  const prompt = "Translate into Finnish: The weather is nice today, and the children play outside.";
  const response = `${prompt}\nSää on tänään kaunis.`;
  assert.equal(gate.identify(readableText(response, prompt), "fi").language, "fi");
  assert.equal(readableText(response).length, response.length, "offsets stay");
  assert.equal(gate.identify(readableText(code), "fi").language, "zxx", "nothing but code");
  assert.equal(gate.identify(readableText(prompt, prompt), "fi").language, "en", "nothing but the prompt");
});

test("words of another script are terms up to three fifths of a sentence", () => {
  for (const [text, wanted] of [
    ["यह मशीन learning का एक algorithm है जो data को classify करता है।", "hi"],
    ["Это machine learning модель, которая data классифицирует online.", "ru"],
    ["这个 model 可以 classify 很多 data 和 text。", "zh"],
    ["이 model은 machine learning으로 data를 분류합니다.", "ko"],
  ] as const)
    assert.ok(isIn(text, wanted), text);
  assert.ok(!isIn("The word नमस्ते is a greeting that people in India use every day.", "hi"));
});

test("the whole response counts, not its beginning", () => {
  const finnish = "Ranskan pääkaupunki on Pariisi, ja siellä asuu paljon ihmisiä. ";
  const english = "The capital of France is Paris, and many people live in that city. ";
  assert.ok(!isIn(finnish.repeat(20) + english.repeat(40), "fi"));
  assert.ok(isIn(finnish.repeat(40) + english.repeat(20), "fi"));
});

test("scripts of one language are told apart where the tag names one", () => {
  for (const [text, wanted, right] of [
    ["今天天氣很好，我們去學校。", "zh-Hans", false],
    ["今天天氣很好，我們去學校。", "zh-Hant", true],
    ["今天天氣很好，我們去學校。", "zh-TW", true],
    ["今天天气很好，我们去学校。", "zh-CN", true],
    ["今天天气很好，我们去学校。", "zh-Hant", false],
    ["今天天气很好，我们去学校。", "zh", true],
    ["Glavni grad Francuske je Pariz i tamo živi mnogo ljudi.", "sr-Latn", true],
    ["Glavni grad Francuske je Pariz i tamo živi mnogo ljudi.", "sr-Cyrl", false],
    ["Glavni grad Francuske je Pariz i tamo živi mnogo ljudi.", "sr", true],
    ["Главни град Француске је Париз и тамо живи много људи.", "sr", true],
    ["Главни град Француске је Париз и тамо живи много људи.", "sr-Latn", false],
    ["Paytexta Fransayê Parîs e û gelek mirov li wir dijîn.", "ckb", false],
    ["日本の首都は東京です。", "zh", false],
  ] as const)
    assert.equal(isIn(text, wanted), right, `${wanted}: ${text}`);
});

test("a response of ten megabytes has a verdict, whatever it is made of", () => {
  for (const [unit, wanted, expected] of [
    ["a", "en", undefined],
    ["\n", "en", "zxx"],
    ["漢", "zh", "zh"],
    ["The quick brown fox jumps over. ", "en", "en"],
    ['"a":', "en", "zxx"],
    ["<think>", "en", "zxx"],
    ["`", "en", "zxx"],
  ] as const) {
    const text = unit.repeat(10_000_000 / unit.length);
    const { language } = gate.identify(readableText(text), wanted);
    if (expected !== undefined) assert.equal(language, expected, unit);
  }
});
