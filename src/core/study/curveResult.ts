// Result of the pinch curve and of seen and unseen languages: scores by share of the budget spread.

import { type ChartSeries, lineChart, type SeriesStyle } from "../figures/lineChart.ts";
import { displayName } from "../language/tags.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { numberWord, scoreCell, scoreText } from "./claims.ts";
import { curveReading } from "./curveReading.ts";
import { cellsOf, meanOf } from "./estimates.ts";
import type { CurveStudy, SpreadPoint } from "./recognise.ts";
import type { ScoreBook } from "./scoreBook.ts";
import { studies } from "./studyNames.ts";
import type { StudyResult } from "./studyResult.ts";

interface Group {
  readonly style: SeriesStyle;
  readonly name: string;
  readonly languages: readonly string[];
}

export function curveResult(study: CurveStudy, book: ScoreBook): StudyResult | null {
  const { base, points, seen, unseen, grow } = study;
  const isPinch = study.name === "pinch-curve";
  const groups: Group[] = [
    {
      style: "seen" as const,
      name: !isPinch
        ? `Seen (${seen.length})`
        : seen.length === 1
          ? displayName(seen[0] ?? "")
          : `Mean of ${numberWord(seen.length)} others`,
      languages: seen,
    },
    { style: "unseen" as const, name: `Unseen (${unseen.length})`, languages: unseen },
    { style: "base" as const, name: displayName(base), languages: [base] },
  ].filter(({ languages }) => languages.length > 0);
  const scored = groups.map(group => ({
    ...group,
    means: points.map(({ mixture }) => meanOf(book, cellsOf([mixture], group.languages))),
  }));
  const known = scored.filter(({ means }) => means.filter(value => value !== null).length >= 2);
  if (known.length === 0) return null;
  const title = `${studies[study.name].title}${grow ? ", growing budget" : ""}`;
  const reading = curveReading(study, book);
  return {
    name: study.name,
    title,
    score: book.name,
    slug: [study.name, ...(grow ? ["growing"] : []), book.key].join("-"),
    figure: lineChart({
      title,
      subtitle: book.name,
      description: `${known.map(({ name, means }) => `${name}: ${spoken(points, means)}`).join(". ")}. ${reading.join(" ")}`,
      x: {
        label: grow
          ? "Examples added to the budget, % of it (square-root scale)"
          : "P, share of the budget that is spread evenly, % (square-root scale)",
        ticks: points.map(({ percent }) => ({ at: percent, label: String(Number(percent.toFixed(1))) })),
        // Square-root scale, because most of the change happens below 10 %.
        place: percent => Math.sqrt(percent / Math.max(...points.map(point => point.percent))),
      },
      yLabel: "%",
      ...(book.sideBySide ? { reference: { at: 0.5, name: "50: as good as the monolingual models" } } : {}),
      series: known.map(group => seriesOf(group, points)),
      faint: isPinch && seen.length > 1 ? seen.flatMap(language => faintLine(language, points, book)) : [],
      kinds: [],
    }),
    caption: [
      isPinch
        ? "Thin lines: each language; thick: their mean; dotted: the base language."
        : "Circles: languages in the mixture; triangles: languages that are never tuned on; dotted: the base language.",
      "Bands: 95 % intervals.",
    ].join(" "),
    reading,
    table: {
      caption: `${book.name} (%), with 95 % interval, by ${grow ? "examples added" : "share that is spread"}`,
      head: ["P, %", "Mixture", "Examples", "not in base", ...known.map(({ name }) => name)],
      rows: points.map(({ percent, mixture, total, others }, i) => [
        String(Number(percent.toFixed(2))),
        mixture,
        String(total),
        String(others),
        ...known.map(({ means }) => scoreCell(means[i] ?? null)),
      ]),
    },
  };
}

function seriesOf(
  { style, name, languages, means }: Group & { readonly means: readonly (MetricValue | null)[] },
  points: readonly SpreadPoint[],
): ChartSeries {
  const [language = null] = languages.length === 1 ? languages : [];
  return {
    style,
    name,
    points: points.flatMap(({ percent, mixture }, i) => {
      const value = means[i] ?? null;
      const title = value === null ? "" : `${name}, ${mixture}: ${scoreText(value)}`;
      return value === null ? [] : { x: percent, value, title, source: { mixtures: [mixture], language } };
    }),
  };
}

function faintLine(
  language: string,
  points: readonly SpreadPoint[],
  book: ScoreBook,
): { name: string; points: (readonly [number, number])[] }[] {
  const drawn = points.flatMap(({ percent, mixture }): (readonly [number, number])[] => {
    const value = meanOf(book, [{ mixture, language }]);
    return value === null ? [] : [[percent, value.value]];
  });
  return drawn.length < 2 ? [] : [{ name: language, points: drawn }];
}

function spoken(points: readonly SpreadPoint[], means: readonly (MetricValue | null)[]): string {
  return points
    .flatMap(({ percent }, i) => {
      const value = means[i] ?? null;
      return value === null ? [] : `${(100 * value.value).toFixed(0)} % at ${Number(percent.toFixed(1))} %`;
    })
    .join(", ");
}
