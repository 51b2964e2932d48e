// Result of the study of monolingual transfer: every model in every language as a heat map, and the effect of
// tuning on the language itself.

import { listed } from "../../common/words.ts";
import { heatMatrix } from "../figures/heatMatrix.ts";
import { displayName } from "../language/tags.ts";
import {
  between,
  claimSentence,
  differenceText,
  numberWord,
  percent,
  scoreCell,
  scoreText,
} from "./claims.ts";
import { type Cell, cellsOf, differenceOf, holdTogether, meanOf } from "./estimates.ts";
import type { TransferStudy } from "./recognise.ts";
import type { ScoreBook } from "./scoreBook.ts";
import { studies } from "./studyNames.ts";
import type { StudyResult } from "./studyResult.ts";

export function transferResult(study: TransferStudy, book: ScoreBook): StudyResult | null {
  const { tuned, evaluated } = study;
  const rows = tuned.map(({ language, mixture }) => ({
    language,
    mixture,
    cells: evaluated.map(tag => meanOf(book, [{ mixture, language: tag }])),
    summary: meanOf(book, cellsOf([mixture], without(evaluated, language))),
  }));
  if (rows.every(({ cells }) => cells.every(value => value === null))) return null;
  const { title } = studies[study.name];
  const reading = readingOf(study, book);
  return {
    name: study.name,
    title,
    score: book.name,
    slug: `${study.name}-${book.key}`,
    figure: heatMatrix({
      title,
      subtitle: `${book.name}, %`,
      description: `A row for each language tuned on, a column for each language scored in. ${reading.join(" ")}`,
      rows,
      columns: evaluated,
      diverging: book.sideBySide,
      summaryHead: ["mean,", "others"],
    }),
    caption: book.sideBySide
      ? "Outlined: the language that the model was tuned on, 50 by construction. Above 50 the row's model wins against the column's own monolingual model."
      : "Outlined: the language that the model was tuned on. The last column is the mean over the other languages.",
    reading,
    table: {
      caption: `${book.name} (%), with 95 % interval, by language tuned on (rows) and scored in (columns)`,
      head: ["Tuned on", ...evaluated, "mean, others"],
      rows: rows.map(({ language, cells, summary }) => [
        displayName(language),
        ...cells.map(scoreCell),
        scoreCell(summary),
      ]),
    },
  };
}

function without(languages: readonly string[], one: string): string[] {
  return languages.filter(language => language !== one);
}

function readingOf({ tuned, evaluated }: TransferStudy, book: ScoreBook): string[] {
  const both = tuned.filter(({ language }) => evaluated.includes(language));
  const own: Cell[] = both.map(({ language, mixture }) => ({ language, mixture }));
  const foreign: Cell[] = both.flatMap(target =>
    tuned.flatMap(({ language, mixture }) =>
      language === target.language ? [] : { language: target.language, mixture },
    ),
  );
  const [ownMean, foreignMean, gap] = [
    meanOf(book, own),
    meanOf(book, foreign),
    differenceOf(book, own, foreign),
  ];
  if (ownMean === null || foreignMean === null || gap === null) return [];
  const first = book.sideBySide
    ? sideBySideText(foreignMean)
    : [
        `In the language that it was tuned on, a model scores ${scoreText(ownMean)}, in the others ${scoreText(foreignMean)}.`,
        claimSentence(
          { subject: "Tuning on the language itself", up: "lifts", down: "lowers", object: "it" },
          gap,
        ),
      ];
  return [...first, ...sourcesText(tuned, evaluated, book)];
}

function sideBySideText(foreign: { value: number; interval: readonly [number, number] }): string[] {
  const [low, high] = foreign.interval;
  const said = `Models tuned on another language score ${percent(foreign.value)} % (${between(low, high)}) against the monolingual model of the language`;
  if (high < 0.5) return [`${said}: they lose.`];
  if (low > 0.5) return [`${said}: they win.`];
  return [`${said}: which of the two is better can't be told from noise.`];
}

/** Compares each language as a source with all others, on the same targets. */
function sourcesText(tuned: TransferStudy["tuned"], evaluated: readonly string[], book: ScoreBook): string[] {
  if (tuned.length < 3) return [];
  const compared = tuned.flatMap(({ language, mixture }) => {
    const targets = without(evaluated, language);
    const rivals = targets.flatMap(target =>
      tuned.flatMap(other =>
        other.language === language || other.language === target
          ? []
          : { language: target, mixture: other.mixture },
      ),
    );
    const difference = differenceOf(book, cellsOf([mixture], targets), rivals);
    return difference === null ? [] : { language, difference };
  });
  const holds = holdTogether(compared.map(({ difference }) => difference));
  const clear = compared.filter((_, i) => holds[i] === true);
  const group = (sign: 1 | -1): string[] =>
    clear
      .filter(({ difference }) => Math.sign(difference.value) === sign)
      .sort((a, b) => sign * (b.difference.value - a.difference.value))
      .map(({ language, difference }) => `${displayName(language)} (${differenceText(difference)})`);
  const [better, worse] = [group(1), group(-1)];
  const count = numberWord(compared.length);
  const corrected = `all ${count} compared, Holm's correction at 5 %`;
  if (better.length + worse.length === 0)
    return [
      `As a source for the other languages, no language can be told from the mean of the rest: ${corrected}.`,
    ];
  const sentences = (where: string, found: readonly string[]): string[] =>
    found.length === 0
      ? []
      : [`${listed(found)} ${found.length === 1 ? "is" : "are"} ${where} the mean of the rest`];
  const parts = [...sentences("above", better), ...sentences("below", worse)];
  return [`As a source for the other languages, ${parts.join("; ")}: ${corrected}.`];
}
