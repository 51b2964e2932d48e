// Facts, the language-independent content of a task, and the sentences that express them in one language.
import { type Random, randomInt, shuffled } from "../../src/common/random.ts";
import type { Kind, Language, Sentences, Templates } from "./languages.ts";
import {
  days,
  firstMonths,
  months,
  pastDays,
  smallestMonthCount,
  smallestRepetition,
  times,
} from "./tables/calendar.ts";
import { capitals, countryCodes, countryGenitives, countryNames } from "./tables/countries.ts";
import { currencyNames, currencyOfCountry, mainLanguages, withoutArticle } from "./tables/moneyAndTongues.ts";
import { animalCount, colours, listSeparator, nouns, numbers, opposites } from "./tables/words.ts";
import { ar } from "./templates/ar.ts";
import { cs } from "./templates/cs.ts";
import { en } from "./templates/en.ts";
import { es } from "./templates/es.ts";
import { et } from "./templates/et.ts";
import { fi } from "./templates/fi.ts";
import { he } from "./templates/he.ts";
import { hi } from "./templates/hi.ts";
import { it } from "./templates/it.ts";
import { ru } from "./templates/ru.ts";
import { sw } from "./templates/sw.ts";
import { zh } from "./templates/zh.ts";

export const templates: Readonly<Record<Language, Templates>> = {
  ar,
  zh,
  cs,
  en,
  et,
  fi,
  he,
  hi,
  it,
  ru,
  es,
  sw,
};

/** `items` are indices into the tables of the kind; `slotsOf` documents their meaning. */
export interface Fact {
  readonly kind: Kind;
  readonly items: readonly number[];
}

/** Sentence of a kind; the number is its index in `Sentences`. */
export const form = { answer: 0, statement: 1, first: 2, second: 3, third: 4, fourth: 5 } as const;
export type Form = (typeof form)[keyof typeof form];
export const wordings = [form.first, form.second, form.third, form.fourth] as const;

/** Kinds whose answer states the fact completely without the question. */
export const selfContained: ReadonlySet<Kind> = new Set<Kind>([
  "capital",
  "currency",
  "language",
  "month-number",
  "first-months",
]);

const range = (count: number): number[] => [...Array(count).keys()];
const singles = (count: number): number[][] => range(count).map(item => [item]);
const largestSum = numbers.en.length;

/** All facts of the kinds that have few; the others are drawn by `randomFact`. */
export const facts: Readonly<Record<Kind, readonly (readonly number[])[]>> = {
  capital: singles(countryCodes.length),
  currency: singles(countryCodes.length),
  language: singles(countryCodes.length),
  tomorrow: singles(7),
  yesterday: singles(7),
  "month-number": singles(12),
  "next-month": singles(12),
  opposite: singles(opposites.en.length * 2),
  sum: range(largestSum).flatMap(a =>
    range(largestSum)
      .filter(b => a + b + 2 <= largestSum)
      .map(b => [a, b]),
  ),
  repeat: range(nouns.en.length).flatMap(noun => range(times.en.length).map(count => [noun, count])),
  "first-months": singles(firstMonths.en.length),
  sort: [],
  last: [],
  animal: [],
  colour: [],
};

function distinct(random: Random, from: number, to: number, count: number): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(from + randomInt(random, to - from));
  return [...drawn];
}

export function randomFact(kind: Kind, random: Random): Fact {
  switch (kind) {
    case "sort": {
      // Numbers already in order would make copying look like sorting.
      const drawn = distinct(random, 0, numbers.en.length, 3);
      const ascending = drawn.every((item, i) => i === 0 || item > (drawn[i - 1] ?? item));
      return ascending ? randomFact(kind, random) : { kind, items: drawn };
    }
    case "last":
      return { kind, items: distinct(random, 0, nouns.en.length, 3 + randomInt(random, 2)) };
    case "animal": {
      const animal = randomInt(random, animalCount);
      return {
        kind,
        items: shuffled([animal, ...distinct(random, animalCount, nouns.en.length, 2)], random),
      };
    }
    case "colour": {
      const colour = nouns.en.length + randomInt(random, colours.en.length);
      return { kind, items: shuffled([colour, ...distinct(random, 0, nouns.en.length, 2)], random) };
    }
    default:
      return { kind, items: pick(facts[kind], random) };
  }
}

export function pick<T>(from: readonly T[], random: Random): T {
  return at(from, randomInt(random, from.length));
}

export function at<T>(from: readonly T[], index: number): T {
  const value = from[index];
  if (value === undefined) throw new RangeError(`No entry ${index} in a table of ${from.length}.`);
  return value;
}

const capitalised = (text: string): string => text.charAt(0).toLocaleUpperCase("en") + text.slice(1);

/** Values for the braces: x the given, g its genitive, y the answer, z with its article, p in the past. */
export function slotsOf(language: Language, fact: Fact): Readonly<Record<string, string>> {
  const first = at(fact.items, 0);
  const separator = listSeparator(language);
  const list = (table: readonly string[], items: readonly number[]) =>
    items.map(item => at(table, item)).join(separator);
  switch (fact.kind) {
    case "capital":
      return { ...country(language, first), y: at(capitals[language], first) };
    case "currency": {
      const z = at(currencyNames[language], at(currencyOfCountry, first));
      return { ...country(language, first), y: withoutArticle(language, z), z };
    }
    case "language": {
      const z = at(mainLanguages[language], first);
      return { ...country(language, first), y: withoutArticle(language, z), z };
    }
    case "tomorrow":
      return { x: at(days[language], first), y: at(days[language], (first + 1) % 7) };
    case "yesterday": {
      const before = (first + 6) % 7;
      const y = at(days[language], before);
      return { x: at(days[language], first), y, p: at(pastDays[language] ?? days[language], before) };
    }
    case "month-number":
      return { x: String(first + 1), y: at(months[language], first) };
    case "next-month":
      return { x: at(months[language], first), y: at(months[language], (first + 1) % 12) };
    case "opposite": {
      const pair = at(opposites[language], first >> 1).split("/");
      return { x: at(pair, first & 1), y: at(pair, 1 - (first & 1)) };
    }
    case "sum": {
      const second = at(fact.items, 1);
      const table = numbers[language];
      return { a: at(table, first), b: at(table, second), y: at(table, first + second + 1) };
    }
    case "repeat": {
      const count = at(fact.items, 1);
      const x = at(nouns[language], first);
      const y = Array<string>(count + smallestRepetition)
        .fill(x)
        .join(separator);
      return { x, n: at(times[language], count), y };
    }
    case "first-months": {
      const n = at(firstMonths[language], first);
      return {
        n,
        N: capitalised(n),
        y: months[language].slice(0, first + smallestMonthCount).join(separator),
      };
    }
    case "sort": {
      const ordered = [...fact.items].sort((a, b) => a - b);
      return { x: list(numbers[language], fact.items), y: list(numbers[language], ordered) };
    }
    case "last":
    case "animal":
    case "colour": {
      const table = [...nouns[language], ...colours[language]];
      return { x: list(table, fact.items), y: at(table, wantedItem(fact)) };
    }
  }
}

/** Index, in nouns followed by colours, of the item that a last, animal or colour task asks for. */
function wantedItem(fact: Fact): number {
  const wanted = fact.items.find(
    item =>
      (fact.kind === "animal" && item < animalCount) || (fact.kind === "colour" && item >= nouns.en.length),
  );
  return wanted ?? at(fact.items, fact.items.length - 1);
}

function country(language: Language, index: number): { x: string; g: string } {
  const x = at(countryNames[language], index);
  return { x, g: at(countryGenitives[language] ?? countryNames[language], index) };
}

/** One or two sentences, in NFC. */
export function say(language: Language, fact: Fact, which: Form): string {
  const slots = slotsOf(language, fact);
  const sentences: Sentences = templates[language][fact.kind];
  return sentences[which]
    .replace(/\{(\w)\}/gu, (_, name: string) => {
      const value = slots[name];
      if (value === undefined) throw new Error(`${language} ${fact.kind}: no slot {${name}}.`);
      return value;
    })
    .normalize("NFC");
}
