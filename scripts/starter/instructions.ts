// Instructions of examples/just-a-pinch: the same ids in every language, in three splits.
import { type Random, seededRandom, shuffled } from "../../src/common/random.ts";
import type { Check } from "../../src/core/dataset/checkTypes.ts";
import { at, type Fact, type Form, facts, form, randomFact, say, slotsOf } from "./kinds.ts";
import { type Kind, kinds, type Language, languages } from "./languages.ts";
import { smallestMonthCount, smallestRepetition } from "./tables/calendar.ts";
import { countryCodes } from "./tables/countries.ts";
import { colours, nouns, opposites } from "./tables/words.ts";

export type Split = "train" | "dev" | "eval";

export interface TrainRow {
  readonly id: string;
  readonly language: Language;
  readonly prompt: string;
  readonly response: string;
}

export interface HeldOutRow {
  readonly id: string;
  readonly language: Language;
  readonly prompt: string;
  readonly reference: string;
  readonly checks: readonly Check[];
  readonly tags: { readonly task: Kind; readonly wording: "familiar" | "new" };
  /** Id of the fact that is asked for, shared by its wordings. */
  readonly group: string;
}

interface Item {
  readonly fact: Fact;
  readonly wording: Form;
}

const familiar = [form.first, form.second] as const;
const fresh = [form.third, form.fourth] as const;

/**
 * Number of held-out facts of each kind, and number of training facts if they are drawn rather than listed.
 * Kinds with few facts ask each held-out fact in all four wordings, the others in one familiar and one new
 * wording.
 */
interface Plan {
  readonly evaluation: number;
  readonly everyWording: boolean;
  readonly training: number;
}
const allTheRest = Number.POSITIVE_INFINITY;
const few: Plan = { evaluation: 2, everyWording: true, training: allTheRest };
const some: Plan = { evaluation: 4, everyWording: false, training: allTheRest };
const listed: Plan = { evaluation: 5, everyWording: false, training: allTheRest };
const sampled: Plan = { evaluation: 5, everyWording: false, training: 30 };
const drawn: Plan = { evaluation: 5, everyWording: false, training: 36 };
const plans: Readonly<Record<Kind, Plan>> = {
  capital: listed,
  currency: listed,
  language: listed,
  tomorrow: few,
  yesterday: few,
  "month-number": some,
  "next-month": some,
  opposite: listed,
  sum: sampled,
  repeat: sampled,
  "first-months": few,
  sort: drawn,
  last: drawn,
  animal: drawn,
  colour: drawn,
};
const developmentFacts = 1;

/** All items of a split, the same in all languages and on every machine. */
export function itemsOf(split: Split): Item[] {
  return kinds.flatMap(kind => itemsOfKind(kind, split));
}

function itemsOfKind(kind: Kind, split: Split): Item[] {
  const plan = plans[kind];
  const ordered = orderedFacts(kind, plan);
  const development = plan.evaluation + developmentFacts;
  if (split === "eval") {
    return ordered.slice(0, plan.evaluation).flatMap((fact, i) => {
      const asked = plan.everyWording ? [...familiar, ...fresh] : [at(familiar, i % 2), at(fresh, i % 2)];
      return asked.map(wording => ({ fact, wording }));
    });
  }
  if (split === "dev") {
    return ordered
      .slice(plan.evaluation, development)
      .flatMap(fact => [form.first, form.third].map(wording => ({ fact, wording })));
  }
  return ordered
    .slice(development, development + plan.training)
    .flatMap(fact => familiar.map(wording => ({ fact, wording })));
}

/**
 * Facts, by their English answer, whose answer in at least one language is too short to identify the response
 * language ("Kesho ni Jumanne."). They are used for training and never held out.
 */
const tooShortToTell: Partial<Record<Kind, readonly string[]>> = {
  capital: ["Mexico City", "Tallinn"],
  currency: ["yen", "shilling", "baht", "hryvnia", "dong"],
  tomorrow: ["Tuesday", "Thursday", "Friday", "Saturday"],
  yesterday: ["Tuesday", "Thursday"],
  "next-month": ["December"],
  opposite: ["cold", "hot", "war", "enemy"],
  sum: ["twelve"],
  last: ["flower", "bear", "apple", "window", "key", "sun", "rabbit"],
  animal: ["rabbit", "elephant"],
  colour: ["black", "brown", "blue"],
};

function orderedFacts(kind: Kind, plan: Plan): Fact[] {
  const random = seededRandom("just-a-pinch", kind);
  const short = new Set(tooShortToTell[kind]);
  const canTell = (fact: Fact): boolean => !short.has(slotsOf("en", fact).y ?? "");
  const all = facts[kind].length > 0 ? listedFacts(kind, random) : drawnFacts(kind, plan, random);
  return [...all.filter(canTell), ...all.filter(fact => !canTell(fact))];
}

function listedFacts(kind: Kind, random: Random): Fact[] {
  return shuffled(facts[kind], random).map(items => ({ kind, items }));
}

function drawnFacts(kind: Kind, plan: Plan, random: Random): Fact[] {
  const wanted = plan.evaluation + developmentFacts + plan.training;
  const found = new Map<string, Fact>();
  while (found.size < wanted) {
    const fact = randomFact(kind, random);
    found.set(nameOf(fact), fact);
  }
  return [...found.values()];
}

/** Readable id that is the same in all languages: `JP`, `3`, `big`, `2+3`, `cat-x3`, `sun-cat-house`. */
function nameOf(fact: Fact): string {
  const first = at(fact.items, 0);
  const english = slotsOf("en", fact);
  switch (fact.kind) {
    case "capital":
    case "currency":
    case "language":
      return at(countryCodes, first);
    case "tomorrow":
    case "yesterday":
    case "next-month":
      return (english.x ?? "").toLowerCase();
    case "month-number":
      return String(first + 1);
    case "opposite":
      return at(at(opposites.en, first >> 1).split("/"), first & 1);
    case "sum":
      return fact.items.map(item => item + 1).join("+");
    case "repeat":
      return `${at(nouns.en, first)}-x${at(fact.items, 1) + smallestRepetition}`;
    case "first-months":
      return String(first + smallestMonthCount);
    case "sort":
      return fact.items.map(item => item + 1).join("-");
    case "last":
    case "animal":
    case "colour":
      return fact.items.map(item => at([...nouns.en, ...colours.en], item)).join("-");
  }
}

const groupOf = ({ fact }: Item): string => `${fact.kind}/${nameOf(fact)}`;
const idOf = (item: Item): string => `${groupOf(item)}/q${item.wording - form.first + 1}`;

export function trainRows(language: Language): TrainRow[] {
  return itemsOf("train").map(item => ({
    id: idOf(item),
    language,
    prompt: say(language, item.fact, item.wording),
    response: say(language, item.fact, form.answer),
  }));
}

export function heldOutRows(split: "dev" | "eval", language: Language): HeldOutRow[] {
  return itemsOf(split).map(item => ({
    id: idOf(item),
    language,
    prompt: say(language, item.fact, item.wording),
    reference: say(language, item.fact, form.answer),
    checks: [{ kind: "answer", accepts: acceptedAnswers(language, item.fact) }],
    tags: { task: item.fact.kind, wording: item.wording <= form.second ? "familiar" : "new" },
    group: groupOf(item),
  }));
}

/**
 * The answer sentence, the equivalent statement, and the bare answer unless it would be right in another
 * language too ("Oslo", "libro, libro").
 */
export function acceptedAnswers(language: Language, fact: Fact): string[] {
  const others = new Set(
    languages.filter(other => other !== language).flatMap(other => bareAnswers(other, fact).map(folded)),
  );
  const bare = bareAnswers(language, fact).filter(answer => !others.has(folded(answer)));
  return [...new Set([say(language, fact, form.answer), say(language, fact, form.statement), ...bare])];
}

function bareAnswers(language: Language, fact: Fact): string[] {
  const { y, z } = slotsOf(language, fact);
  return [y, z].flatMap(answer => (answer === undefined ? [] : [answer.normalize("NFC")]));
}

const folded = (text: string): string => text.normalize("NFKC").toLowerCase();
