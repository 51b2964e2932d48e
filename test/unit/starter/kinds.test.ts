// The tables agree with each other and the sentences say what is true.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Fact,
  facts,
  form,
  randomFact,
  say,
  slotsOf,
  templates,
} from "../../../scripts/starter/kinds.ts";
import { type Kind, kinds, type Language, languages } from "../../../scripts/starter/languages.ts";
import * as calendar from "../../../scripts/starter/tables/calendar.ts";
import * as countries from "../../../scripts/starter/tables/countries.ts";
import * as money from "../../../scripts/starter/tables/moneyAndTongues.ts";
import * as words from "../../../scripts/starter/tables/words.ts";
import { seededRandom } from "../../../src/common/random.ts";

const sizes: readonly [name: string, table: Partial<Record<Language, readonly string[]>>, rows: number][] = [
  ["countries", countries.countryNames, countries.countryCodes.length],
  ["genitives", countries.countryGenitives, countries.countryCodes.length],
  ["capitals", countries.capitals, countries.countryCodes.length],
  ["languages", money.mainLanguages, countries.countryCodes.length],
  ["currencies", money.currencyNames, 1 + Math.max(...money.currencyOfCountry)],
  ["days", calendar.days, 7],
  ["days in the past", calendar.pastDays, 7],
  ["months", calendar.months, 12],
  ["first months", calendar.firstMonths, 6],
  ["times", calendar.times, 3],
  ["nouns", words.nouns, 40],
  ["colours", words.colours, 8],
  ["opposites", words.opposites, 18],
  ["numbers", words.numbers, 12],
];
for (const [name, table, rows] of sizes) {
  test(`${name}: every language has ${rows} rows, none empty`, () => {
    for (const [language, entries] of Object.entries(table)) {
      assert.equal(entries.length, rows, language);
      for (const entry of entries) assert.equal(entry, entry.trim(), language);
      assert.ok(!entries.includes(""), language);
    }
  });
}

test("no word stands twice in one language, so that every answer is the only one", () => {
  for (const language of languages) {
    for (const list of [
      [...words.nouns[language], ...words.colours[language]],
      words.opposites[language].flatMap(pair => pair.split("/")),
      words.numbers[language],
      calendar.months[language],
      calendar.days[language],
      countries.countryNames[language],
    ]) {
      const twice = list.filter((word, i) => list.indexOf(word) !== i);
      assert.deepEqual(twice, [], language);
    }
  }
});

test("the six sentences of a kind differ and use the same given", () => {
  for (const language of languages) {
    for (const kind of kinds) {
      const sentences = templates[language][kind];
      assert.equal(new Set(sentences).size, sentences.length, `${language} ${kind}`);
      for (const which of [form.first, form.second, form.third, form.fourth] as const) {
        assert.ok(
          !/\{[yzp]\}/u.test(sentences[which]),
          `${language} ${kind}: an instruction tells its answer`,
        );
        assert.match(sentences[which], /\{[xganN]\}/u, `${language} ${kind}`);
      }
      assert.match(sentences[form.answer], /\{[yzp]\}/u, `${language} ${kind}`);
      assert.match(sentences[form.statement], /\{[yzp]\}/u, `${language} ${kind}`);
    }
  }
});

// Positions in the tables: country 0 is Japan, day 0 Monday, month 0 January, number 0 one.
const expected: readonly [Language, Kind, number[], string][] = [
  ["en", "capital", [0], "The capital of Japan is Tokyo."],
  ["fi", "capital", [23], "Suomen pääkaupunki on Helsinki."],
  ["it", "currency", [2], "La valuta dell’India è la rupia."],
  ["es", "language", [12], "El idioma principal de Nigeria es el inglés."],
  ["ar", "tomorrow", [6], "غدًا هو يوم الاثنين."],
  ["cs", "yesterday", [0], "Včera byla neděle."],
  ["ru", "yesterday", [0], "Вчера было воскресенье."],
  ["hi", "month-number", [11], "महीना नंबर 12 दिसंबर है।"],
  ["sw", "next-month", [11], "Mwezi unaofuata ni Januari."],
  ["et", "opposite", [0], "Vastandsõna on: väike."],
  ["et", "opposite", [1], "Vastandsõna on: suur."],
  ["he", "sum", [4, 5], "התוצאה היא אחת עשרה."],
  ["zh", "repeat", [0, 1], "写三遍：猫、猫、猫。"],
  ["cs", "first-months", [3], "Prvních pět měsíců roku: leden, únor, březen, duben, květen."],
  ["sw", "sort", [11, 0, 10], "Kwa mpangilio wa kupanda: moja, kumi na moja, kumi na mbili."],
  ["en", "last", [0, 14, 22], "The last word is: house."],
  ["ru", "animal", [14, 3, 22], "Животное: рыба."],
  ["es", "colour", [41, 3, 22], "El color es: azul."],
];
for (const [language, kind, items, sentence] of expected) {
  test(`${language} ${kind}: ${sentence}`, () => {
    assert.equal(say(language, { kind, items }, form.answer), sentence.normalize("NFC"));
  });
}

test("opposites are mutual, sums stay in the table and sorting tasks are never in order already", () => {
  for (const [item] of facts.opposite) {
    assert.ok(item !== undefined);
    const there = slotsOf("en", { kind: "opposite", items: [item] });
    const back = slotsOf("en", { kind: "opposite", items: [item ^ 1] });
    assert.equal(there.x, back.y);
  }
  for (const [a, b] of facts.sum) assert.ok((a ?? 0) + (b ?? 0) + 2 <= 12);
  const random = seededRandom("sorting");
  for (let i = 0; i < 300; i++) {
    const fact: Fact = randomFact("sort", random);
    const slots = slotsOf("en", fact);
    assert.notEqual(slots.x, slots.y);
  }
});
