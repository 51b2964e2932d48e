// Conclusions from a spread over languages: the smallest amount, larger amounts, and monolingual models.
import { displayName } from "../language/tags.ts";
import { between, claimSentence, differenceText, groupOf, isClear, percent, scoreText } from "./claims.ts";
import { type Cell, cellsOf, differenceOf, meanOf } from "./estimates.ts";
import type { CurveStudy, SpreadPoint } from "./recognise.ts";
import type { ScoreBook } from "./scoreBook.ts";

interface Target {
  readonly object: string;
  readonly languages: readonly string[];
}

export function curveReading(study: CurveStudy, book: ScoreBook): string[] {
  const { base, points, seen, unseen } = study;
  const [start] = points;
  const first = points.find(({ percent: spread }) => spread > 0);
  const last = points.at(-1);
  if (start === undefined || first === undefined || last === undefined) return [];
  const others: Target[] =
    unseen.length === 0
      ? [{ object: groupOf(seen, "other"), languages: seen }]
      : [
          { object: groupOf(seen, "seen"), languages: seen },
          { object: groupOf(unseen, "unseen"), languages: unseen },
        ];
  const baseTarget: Target = { object: `${displayName(base)} itself`, languages: [base] };
  const sentences: string[] = [];
  if (start.percent === 0) {
    const examples = `${first.others} ${first.others === 1 ? "example" : "examples"}`;
    const subject = `${examples} in other languages, ${study.grow ? "added to" : "of"} ${study.grow ? first.total - first.others : first.total},`;
    for (const target of others) {
      sentences.push(...stepText(book, subject, start, first, target, true));
      sentences.push(...smallestText(book, study, start, target));
    }
    sentences.push(...stepText(book, `The same ${examples}`, start, first, baseTarget, false));
  }
  if (last !== first) {
    const subject = `Going on from ${number(first.percent)} % to ${number(last.percent)} % of the budget`;
    for (const target of others)
      sentences.push(...stepText(book, subject, first, last, target, false, "lifts", "lowers"));
    if (start.percent === 0)
      sentences.push(
        ...stepText(
          book,
          `Going from 0 % to ${number(last.percent)} %`,
          start,
          last,
          baseTarget,
          false,
          "lifts",
          "lowers",
        ),
      );
  }
  return [...sentences, ...monolingualText(study, last, book)];
}

function number(value: number): string {
  return String(Number(value.toFixed(1)));
}

function stepText(
  book: ScoreBook,
  subject: string,
  from: SpreadPoint,
  to: SpreadPoint,
  { object, languages }: Target,
  withScores: boolean,
  up = "lift",
  down = "lower",
): string[] {
  const before = cellsOf([from.mixture], languages);
  const after = cellsOf([to.mixture], languages);
  const difference = differenceOf(book, after, before);
  if (difference === null) return [];
  const sentence = claimSentence({ subject, up, down, object }, difference);
  const [a, b] = [meanOf(book, before), meanOf(book, after)];
  return withScores && a !== null && b !== null
    ? [`${sentence.slice(0, -1)}; the score goes from ${scoreText(a)} to ${scoreText(b)}.`]
    : [sentence];
}

/**
 * Finds the smallest spread that is clear of noise, when the first one is not. Tests from the widest down
 * until one is not clear, which keeps the chance of any false claim at 5 % without a correction
 * (fixed-sequence testing).
 */
function smallestText(
  book: ScoreBook,
  { points }: CurveStudy,
  start: SpreadPoint,
  { object, languages }: Target,
): string[] {
  const before = cellsOf([start.mixture], languages);
  const tried = points.flatMap(point => {
    const difference =
      point === start ? null : differenceOf(book, cellsOf([point.mixture], languages), before);
    return difference === null ? [] : { point, difference };
  });
  const noise = tried.findLastIndex(({ difference }) => !isClear(difference));
  if (noise === -1 || tried.length < 2) return [];
  const smallest = tried[noise + 1];
  if (smallest === undefined)
    return [`Tested from the widest spread down, none moves ${object} clear of noise.`];
  const { others, percent: spread } = smallest.point;
  return [
    `Tested from the widest spread down, the smallest that moves ${object} clear of noise has ${others} such examples (${number(spread)} %): ${differenceText(smallest.difference)}.`,
  ];
}

/** Compares the widest spread with the models that have the whole budget in one language. */
function monolingualText(study: CurveStudy, last: SpreadPoint, book: ScoreBook): string[] {
  const targets = [...study.seen, ...study.unseen].filter(tag => study.monolingual[tag] !== undefined);
  const own: Cell[] = targets.map(language => ({ language, mixture: study.monolingual[language] ?? "" }));
  return (
    [
      ["seen", study.seen],
      ["unseen", study.unseen],
    ] as const
  ).flatMap(([word, all]) => {
    const languages = targets.filter(tag => all.includes(tag));
    if (languages.length === 0) return [];
    const difference = differenceOf(
      book,
      cellsOf([last.mixture], languages),
      own.filter(({ language }) => languages.includes(language)),
    );
    if (difference === null) return [];
    const { value, interval } = difference;
    const group = study.unseen.length === 0 ? "other" : word;
    const [models, have] = languages.length === 1 ? ["model", "has"] : ["models", "have"];
    const whom = `the monolingual ${models} of ${groupOf(languages, group)}, which ${have} the whole budget in ${languages.length === 1 ? "that" : "their"} language`;
    if (!isClear(difference))
      return [
        `At ${number(last.percent)} % the mixture can't be told from ${whom}: ${differenceText(difference)}. This does not mean that they are equal.`,
      ];
    const gap = `${percent(Math.abs(value))} points`;
    const [low, high] = value > 0 ? interval : ([-interval[1], -interval[0]] as const);
    return [
      `At ${number(last.percent)} % the mixture is ${gap} ${value > 0 ? "above" : "below"} ${whom}: ${between(low, high)}.`,
    ];
  });
}
