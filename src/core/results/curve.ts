// The pinch curve: how scores move with the share of examples that are not in the base language.
import { baseMixtureName, type MetricKey, type MetricValue } from "../run/records.ts";
import { meanOverLanguages } from "./combine.ts";
import type { ResultsRow, ResultsTable } from "./resultsTable.ts";

export interface CurvePoint {
  readonly mixture: string;
  /** Examples that are not in the base language, and their share of all in percent: the x. */
  readonly otherExamples: number;
  readonly percent: number;
  /** The base language itself; null where it was not evaluated. */
  readonly base: MetricValue | null;
  /** Mean over the other languages in the mixture, and over those that are not; null where there are none. */
  readonly seen: MetricValue | null;
  readonly unseen: MetricValue | null;
}

export interface Curve {
  readonly metric: MetricKey;
  readonly baseLanguage: string;
  /** By percent, then by mixture name. */
  readonly points: readonly CurvePoint[];
}

/** Every evaluated mixture but the untuned base and those tuned on one other language alone. */
export function buildCurve(table: ResultsTable, metric: MetricKey): Curve | null {
  const { baseLanguage } = table;
  if (baseLanguage === undefined) return null;
  const points = table.rows
    .flatMap(row => pointOf(row, table.languages, baseLanguage, metric) ?? [])
    .sort((a, b) => a.percent - b.percent || (a.mixture < b.mixture ? -1 : 1));
  return points.length === 0 ? null : { metric, baseLanguage, points };
}

function pointOf(
  row: ResultsRow,
  languages: readonly string[],
  baseLanguage: string,
  metric: MetricKey,
): CurvePoint | null {
  const tunedOn = Object.keys(row.counts).filter(language => (row.counts[language] ?? 0) > 0);
  const total = tunedOn.reduce((sum, language) => sum + (row.counts[language] ?? 0), 0);
  if (row.mixture === baseMixtureName || total === 0) return null;
  if (tunedOn.length === 1 && tunedOn[0] !== baseLanguage) return null;
  const others = languages.filter(language => language !== baseLanguage);
  const meanOf = (of: readonly string[]): MetricValue | null =>
    meanOverLanguages(
      metric,
      of.flatMap(language => row.cells[language]?.[metric] ?? []),
    );
  const base = row.cells[baseLanguage]?.[metric] ?? null;
  const seen = meanOf(others.filter(language => tunedOn.includes(language)));
  const unseen = meanOf(others.filter(language => !tunedOn.includes(language)));
  if (base === null && seen === null && unseen === null) return null;
  const otherExamples = total - (row.counts[baseLanguage] ?? 0);
  return { mixture: row.mixture, otherExamples, percent: (100 * otherExamples) / total, base, seen, unseen };
}
