// Sentences with English terms in them, and languages that look like a larger relative.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sameLanguage } from "../../../src/core/language/alike.ts";
import { createIdentifier } from "../../../src/runtime/identification/identify.ts";

const english = "of their and all this have you they with from was that which".split(" ");

/** With every second word replaced by an English one. */
function mixed(text: string): string {
  return text
    .split(" ")
    .map((word, i) => (i % 2 === 1 ? (english[i % english.length] ?? word) : word))
    .join(" ");
}

test("a sentence is in its own language with every second word English", async () => {
  const { identify } = await createIdentifier([]);
  for (const [language, text] of [
    ["sw", "Watoto wanacheza nje ya nyumba."],
    ["sw", "Mwalimu alifika mapema sana leo."],
    ["sw", "Tulikula samaki na wali jana."],
    ["sw", "Barua ilitumwa kutoka mjini juzi."],
    ["et", "Naaber ehitas suvel väikese maja."],
    ["et", "Lapsed mängisid terve päeva õues."],
    ["it", "Abbiamo mangiato vicino alla stazione."],
    ["it", "Preferisco rimanere a casa stasera."],
    ["fi", "Naapurimme rakensi pienen saunan rannalle."],
  ] as const) {
    const given = mixed(text);
    assert.equal(identify(given, language).language, language, given);
  }
});

test("an English sentence with names or contractions in it is no other language", async () => {
  const { identify } = await createIdentifier([]);
  for (const text of [
    "Where in Europe is Paris?",
    "Who painted the Mona Lisa?",
    "If 2x+1=x, what is x?",
    "Why don't you ask Juma?",
  ])
    for (const wanted of ["sw", "gl", "jv", "mt", "et"])
      assert.equal(identify(text, wanted).language, "en", `${text} for ${wanted}`);
});

test("Asturian is no Spanish, and Uzbek in Cyrillic letters no Russian", async () => {
  const { identify } = await createIdentifier([]);
  for (const [wanted, text] of [
    ["es", "El mio hermanu nun quier dir a la escuela."],
    ["es", "La casa ye perguapa y ta cerca del ríu."],
    ["es", "Los rapazos tán xugando nel prau cola pelota."],
    ["es", "Güei fai muncho fríu y dempués va nevar."],
    ["es", "El gatu negru durmía enriba del texáu."],
    ["ru", "Бу китоб жуда қизиқарли, лекин узун."],
    ["ru", "Магазин ёпиқ экан, бугун нон керак эмас."],
    ["ru", "Укам учун тоза сув билан чай."],
  ] as const) {
    const { language } = identify(text, wanted);
    assert.ok(!sameLanguage(language, wanted), `${text} was taken for ${language}`);
  }
});

test("Spanish and Russian stay what they are", async () => {
  const { identify } = await createIdentifier([]);
  for (const [language, text] of [
    ["es", "El espíritu de la tribu vive en su música."],
    ["es", "Para la cena preparó tofu con coles y un menú ligero."],
    ["es", "Los polos se derriten y nadie sabe qué hacer."],
    ["es", "Es persona non grata en el ente público."],
    ["es", "El virus llegó al campus y nadie vio el virus."],
    ["es", "El virus muta, y por eso cada virus de la gripe es distinto."],
    ["es", "Practica jitsu desde niño, y su maestro de jitsu vive en Madrid."],
    ["es", "Ese libro es mio, y el cuaderno rojo es de mi hermana."],
    [
      "es",
      "La palabra nun aparece en muchos textos de la región y casi todos los vecinos la entienden bien.",
    ],
    ["ru", "Тренинг для сотрудников начнётся завтра утром."],
    ["ru", "Ким сказал, что скрининг уже закончился."],
  ] as const)
    assert.equal(identify(text, language).language, language, text);
});

test("a line that is long enough is judged for itself, whatever stands around it", async () => {
  const { identify } = await createIdentifier([]);
  const own = "Hlavní město Francie se jmenuje Paříž a leží na Seině.";
  const foreign = "The capital of France is called Paris and lies on the Seine.";
  assert.equal(identify(`${own}\n${foreign}\n${own}`, "cs").language, "cs");
  assert.equal(identify(`${foreign}\n${own}\n${foreign}`, "cs").language, "en");
});
