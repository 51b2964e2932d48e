// Result of the study of the number of languages: scores in languages never tuned on, by how many are.

import { countOf, listed } from "../../common/words.ts";
import { lineChart } from "../figures/lineChart.ts";
import type { Shape } from "../figures/svg.ts";
import type { Difference } from "../statistics/clustered.ts";
import { claimSentence, differenceText, groupOf, numberWord, scoreCell, scoreText } from "./claims.ts";
import { cellsOf, differenceOf, holdTogether, meanOf } from "./estimates.ts";
import type { CountStudy } from "./recognise.ts";
import type { ScoreBook } from "./scoreBook.ts";
import { studies } from "./studyNames.ts";
import type { StudyResult } from "./studyResult.ts";

const shapes: readonly Shape[] = ["square", "triangle", "diamond", "circle"];

export function countResult(study: CountStudy, book: ScoreBook): StudyResult | null {
  const { orders, unseen } = study;
  const most = Math.max(...orders.map(({ mixtures }) => mixtures.length));
  const counts = Array.from({ length: most }, (_, i) => i + 1).flatMap(count => {
    const mixtures = distinct(orders.flatMap(({ mixtures: all }) => all[count - 1] ?? []));
    const mean = mixtures.length === 0 ? null : meanOf(book, cellsOf(mixtures, unseen));
    return mean === null ? [] : { count, mixtures, mean };
  });
  if (counts.length < 2) return null;
  const permutations = orders.map(({ languages, mixtures }) => ({
    languages,
    mixtures,
    scores: mixtures.map(mixture => (mixture === null ? null : meanOf(book, cellsOf([mixture], unseen)))),
  }));
  const { title } = studies[study.name];
  const reading = readingOf(counts, unseen, book);
  const spoken = counts.map(({ count, mean }) => `${count}: ${(100 * mean.value).toFixed(0)} %`).join(", ");
  return {
    name: study.name,
    title,
    score: book.name,
    slug: `${study.name}-${book.key}`,
    figure: lineChart({
      title,
      subtitle: book.name,
      description: `Mean over ${groupOf(unseen, "unseen")} by number of languages tuned on: ${spoken}. ${reading.join(" ")}`,
      x: {
        label: "Languages tuned on, same budget",
        ticks: counts.map(({ count }) => ({ at: count, label: String(count) })),
        place: count => (count - 1) / (most - 1),
      },
      yLabel: "%",
      ...(book.sideBySide ? { reference: { at: 0.5, name: "50: as good as the monolingual models" } } : {}),
      series: [
        {
          style: "seen",
          name: `Mean, unseen (${unseen.length})`,
          points: counts.map(({ count, mixtures, mean }) => ({
            x: count,
            value: mean,
            title: `${count} tuned on: ${scoreText(mean)}`,
            source: { mixtures, language: unseen.length === 1 ? (unseen[0] ?? null) : null },
          })),
        },
      ],
      faint: [],
      kinds: permutations.map(({ languages, mixtures, scores }, i) => ({
        name: languages.join(" → "),
        shape: shapes[i % shapes.length] ?? "circle",
        points: scores.flatMap((value, at) =>
          value === null
            ? []
            : {
                x: at + 1 + aside(i),
                y: value.value,
                title: `${languages.slice(0, at + 1).join(", ")}: ${scoreText(value)}`,
                source: { mixtures: [mixtures[at] ?? ""], language: null },
              },
        ),
      })),
    }),
    caption: `Filled circles: mean over the orders, with the band of its 95 % interval; open marks: each order. All are scored in ${unseen.join(", ")}, which no mixture holds.`,
    reading,
    table: {
      caption: `${book.name} (%), mean over the unseen languages with 95 % interval, by number of languages tuned on`,
      head: ["Languages", "mean", ...permutations.map(({ languages }) => languages.join(", "))],
      rows: counts.map(({ count, mean }) => [
        String(count),
        scoreCell(mean),
        ...permutations.map(({ scores }) => scoreCell(scores[count - 1] ?? null)),
      ]),
    },
  };
}

/** Offset in units of the axis, so that orders with equal scores do not hide each other or their mean. */
function aside(index: number): number {
  return (index % 2 === 0 ? -0.1 : 0.1) * (1 + Math.floor(index / 2));
}

function distinct(mixtures: readonly string[]): string[] {
  return [...new Set(mixtures)];
}

interface Count {
  readonly count: number;
  readonly mixtures: readonly string[];
}

/**
 * Describes each step separately, corrected for their number, then everything beyond two languages together.
 */
function readingOf(counts: readonly Count[], unseen: readonly string[], book: ScoreBook): string[] {
  const object = groupOf(unseen, "unseen");
  const between = (from: Count, to: Count): Difference | null =>
    differenceOf(book, cellsOf(to.mixtures, unseen), cellsOf(from.mixtures, unseen));
  const claim = (from: Count, to: Count, difference: Difference): string =>
    claimSentence(
      {
        subject: `Going from ${languageCount(from.count)} to ${numberWord(to.count)}`,
        up: "lifts",
        down: "lowers",
        object,
      },
      difference,
    );
  const steps = counts.flatMap((to, i) => {
    const from = counts[i - 1];
    const difference = from === undefined ? null : between(from, to);
    return from === undefined || difference === null ? [] : { from, to, difference };
  });
  const [first, second] = counts;
  const last = counts.at(-1);
  if (first === undefined || second === undefined || last === undefined || steps.length === 0) return [];
  const firstStep = between(first, second);
  const rest = last === second ? null : between(second, last);
  const holds = holdTogether(steps.map(({ difference }) => difference));
  const clear = steps.filter((_, i) => holds[i] === true);
  const named = clear.map(
    ({ from, to, difference }) =>
      `${numberWord(from.count)} to ${numberWord(to.count)} (${differenceText(difference)})`,
  );
  const corrected = `Of ${countOf(steps.length, "step")} by one language, with Holm's correction at 5 %`;
  return [
    ...(firstStep === null ? [] : [claim(first, second, firstStep)]),
    ...(rest === null ? [] : [claim(second, last, rest)]),
    ...(steps.length < 2
      ? []
      : [
          named.length === 0
            ? `${corrected}, none can be told from noise.`
            : `${corrected}, ${named.length === steps.length ? "all" : "these"} hold: ${listed(named)}.`,
        ]),
  ];
}

function languageCount(count: number): string {
  return `${numberWord(count)} ${count === 1 ? "language" : "languages"}`;
}
