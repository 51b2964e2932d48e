// Documents for pretraining the base model: short texts that state, list, ask and sometimes answer.
import { type Random, randomInt, shuffled } from "../../src/common/random.ts";
import { at, type Fact, type Form, form, pick, randomFact, say, selfContained, wordings } from "./kinds.ts";
import { type Kind, kinds, type Language, languages } from "./languages.ts";
import { days, months } from "./tables/calendar.ts";
import { countryCodes, countryNames } from "./tables/countries.ts";
import { colours, listSeparator, nouns, numbers, opposites } from "./tables/words.ts";

export const documentKinds = [
  "statements",
  "parallel",
  "answered",
  "answered-across",
  "unanswered",
  "said-twice",
  "copied",
] as const;
export type DocumentKind = (typeof documentKinds)[number];

export interface PretrainingDocument {
  readonly kind: DocumentKind;
  /** "mixed" for two languages in one document. */
  readonly language: Language | "mixed";
  readonly text: string;
}

/**
 * Shares of all documents; the rest are statements. An answer in another language than the question's keeps
 * the base model from learning that answers follow the prompt's language, which is left for tuning to teach.
 */
const share = {
  parallel: 0.11,
  answered: 0.08,
  /** Share in the first four fifths of the text; multiplied by `lateFactor` in the last fifth. */
  answeredAcross: 0.043,
  unanswered: 0.08,
  saidTwice: 0.09,
  copied: 0.05,
};
const lateFactor = 3;
const lateFrom = 0.8;

/** Kinds that occur together in one document, with the share of such documents. */
const groups: readonly (readonly [share: number, kinds: readonly Kind[]])[] = [
  [0.18, ["capital", "currency", "language"]],
  [0.2, ["tomorrow", "yesterday", "month-number", "next-month", "first-months"]],
  [0.1, ["opposite"]],
  [0.14, ["sum", "sort"]],
  [0.26, ["repeat", "last", "animal", "colour"]],
  [0.12, kinds],
];
const countryGroup = 0;

/** @param progress position of the document in the text, from 0 to 1 */
export function writeDocument(random: Random, progress: number): PretrainingDocument {
  const language = pick(languages, random);
  const across = share.answeredAcross * (progress >= lateFrom ? lateFactor : 1);
  let left = random();
  const falls = (part: number): boolean => {
    left -= part;
    return left < 0;
  };
  if (falls(share.parallel)) return parallel(random, language);
  if (falls(share.answered)) return answered(random, language, language);
  if (falls(across)) return answered(random, language, otherLanguage(random, language));
  if (falls(share.unanswered)) return unanswered(random, language);
  if (falls(share.saidTwice)) return saidTwice(random, language);
  if (falls(share.copied)) return copied(random, language);
  return statements(random, language);
}

function otherLanguage(random: Random, language: Language): Language {
  return pick(
    languages.filter(other => other !== language),
    random,
  );
}

function someGroup(random: Random): number {
  let left = random();
  const found = groups.findIndex(([part]) => {
    left -= part;
    return left < 0;
  });
  return found < 0 ? groups.length - 1 : found;
}

function someFacts(random: Random, count: number): Fact[] {
  const index = someGroup(random);
  const [, members] = at(groups, index);
  if (index === countryGroup) {
    const country = randomInt(random, countryCodes.length);
    const together = shuffled(members, random).map(kind => ({ kind, items: [country] }));
    const more = count > together.length ? [randomFact(pick(members, random), random)] : [];
    return [...together, ...more];
  }
  return Array.from({ length: count }, () => randomFact(pick(members, random), random));
}

const anyFact = (random: Random): Fact => randomFact(pick(kinds, random), random);

/** A self-contained answer may replace the statement; other answers need their context. */
function declare(random: Random, language: Language, fact: Fact, answerShare: number): string {
  const alone = selfContained.has(fact.kind) && random() < answerShare;
  return say(language, fact, alone ? form.answer : form.statement);
}

/** Sentences are joined with a space, or without one in Chinese. */
const space = (language: Language): string => (language === "zh" ? "" : " ");

function joiner(random: Random, language: Language): string {
  return random() < 0.5 ? space(language) : "\n";
}

function statements(random: Random, language: Language): PretrainingDocument {
  const facts = someFacts(random, 3 + randomInt(random, 3));
  const text = facts.map(fact => declare(random, language, fact, 0.6)).join(joiner(random, language));
  return { kind: "statements", language, text };
}

function parallel(random: Random, language: Language): PretrainingDocument {
  const other = otherLanguage(random, language);
  const lines = someFacts(random, 2 + randomInt(random, 2)).map(fact => {
    const which: Form = selfContained.has(fact.kind) && random() < 0.5 ? form.answer : form.statement;
    return `${say(language, fact, which)}\n${say(other, fact, which)}`;
  });
  return { kind: "parallel", language: "mixed", text: lines.join("\n") };
}

/** Answered questions in their first wording, in prose layouts; never in the chat format. */
function answered(random: Random, asks: Language, answers: Language): PretrainingDocument {
  const facts = Array.from({ length: 2 + randomInt(random, 2) }, () =>
    random() < 0.5 ? randomFact(pick(at(groups, someGroup(random))[1], random), random) : anyFact(random),
  );
  const pairs = facts.map(fact => [say(asks, fact, form.first), say(answers, fact, form.answer)] as const);
  const layouts = [
    () => pairs.map(([question, answer]) => `— ${question}\n— ${answer}`).join("\n"),
    () => pairs.map(([question, answer]) => `${question} ${answer}`).join("\n"),
    () => [0, 1].map(side => pairs.map((pair, i) => `${i + 1}) ${pair[side] ?? ""}`).join("\n")).join("\n"),
    () => pairs.map(([question, answer]) => `${question}\n${answer}`).join("\n\n"),
  ];
  const same = asks === answers;
  return {
    kind: same ? "answered" : "answered-across",
    language: same ? asks : "mixed",
    text: pick(layouts, random)(),
  };
}

/** Unanswered instructions: all wordings, alone, in pairs with the same meaning, or in two languages. */
function unanswered(random: Random, language: Language): PretrainingDocument {
  const facts = Array.from({ length: 2 + randomInt(random, 3) }, () => anyFact(random));
  const layout = random();
  if (layout < 0.3) {
    const lines = facts.map(fact => say(language, fact, pick(wordings, random)));
    return { kind: "unanswered", language, text: lines.join(joiner(random, language)) };
  }
  if (layout < 0.7) {
    const lines = facts.slice(0, 3).map(fact => {
      const [one, other] = shuffled(wordings, random);
      return [one, other].map(which => say(language, fact, which ?? form.first)).join(space(language));
    });
    return { kind: "unanswered", language, text: lines.join("\n") };
  }
  const other = otherLanguage(random, language);
  const lines = facts.slice(0, 2).map(fact => {
    const which = pick(wordings, random);
    return `${say(language, fact, which)}\n${say(other, fact, which)}`;
  });
  return { kind: "unanswered", language: "mixed", text: lines.join("\n") };
}

/** The same fact in both declarative forms, in either order; only facts that need no context. */
function saidTwice(random: Random, language: Language): PretrainingDocument {
  const lines = [0, 1].map(() => {
    const fact = randomFact(pick([...selfContained], random), random);
    const both = [say(language, fact, form.statement), say(language, fact, form.answer)];
    return (random() < 0.5 ? both.reverse() : both).join(space(language));
  });
  return { kind: "said-twice", language, text: lines.join("\n") };
}

/** A list of words, repeated two or three times: teaches copying. */
function copied(random: Random, language: Language): PretrainingDocument {
  const words = [
    ...nouns[language],
    ...colours[language],
    ...numbers[language],
    ...opposites[language].flatMap(pair => pair.split("/")),
    ...countryNames[language],
    ...days[language],
    ...months[language],
  ];
  const list = Array.from({ length: 2 + randomInt(random, 4) }, () => pick(words, random));
  const stop = language === "zh" ? "。" : language === "hi" ? "।" : ".";
  const line = `${list.join(listSeparator(language))}${stop}`.normalize("NFC");
  return {
    kind: "copied",
    language,
    text: Array<string>(2 + randomInt(random, 2))
      .fill(line)
      .join("\n"),
  };
}
