// Data of the pinch curve: scores against the share of examples outside the base language.

import { untunedName } from "../mixture/mixtureFile.ts";
import type { MetricKey } from "../records/records.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { comparableRows, type ResultsRow, type ResultsTable } from "./resultsTable.ts";

export interface CurvePoint {
  readonly mixture: string;
  /**
   * Number of examples outside the base language, and their share of all examples in percent (the x value).
   */
  readonly otherExamples: number;
  readonly percent: number;
  /** Score in the base language; null when it was not evaluated. */
  readonly base: MetricValue | null;
  /** Mean over the other languages in the mixture, and over those not in it; null when there are none. */
  readonly seen: MetricValue | null;
  readonly unseen: MetricValue | null;
}

export type CurveSeries = "base" | "seen" | "unseen";

/**
 * Line through mixtures that are spread over the same languages. It starts at the mixture of the base
 * language alone, if there is one, with the mean over the same languages as at the other points.
 */
interface CurveLine {
  readonly series: CurveSeries;
  readonly points: readonly { readonly percent: number; readonly value: number }[];
}

export interface Curve {
  readonly metric: MetricKey;
  readonly baseLanguage: string;
  /** Sorted by percent, then by mixture name. */
  readonly points: readonly CurvePoint[];
  readonly lines: readonly CurveLine[];
}

/** Includes every evaluated mixture except the untuned base and those tuned on a single other language. */
export function buildCurve(table: ResultsTable, metric: MetricKey): Curve | null {
  const { baseLanguage } = table;
  if (baseLanguage === undefined) return null;
  const placed = comparableRows(table)
    .flatMap(row => {
      const point = pointOf(row, baseLanguage, metric);
      return point === null ? [] : { row, point };
    })
    .sort((a, b) => a.point.percent - b.point.percent || (a.row.mixture < b.row.mixture ? -1 : 1));
  if (placed.length === 0) return null;
  const lines = linesOf(placed, table.languages, baseLanguage, metric);
  return { metric, baseLanguage, points: placed.map(({ point }) => point), lines };
}

interface Placed {
  readonly row: ResultsRow;
  readonly point: CurvePoint;
}

function linesOf(
  placed: readonly Placed[],
  languages: readonly string[],
  baseLanguage: string,
  metric: MetricKey,
): CurveLine[] {
  const others = languages.filter(language => language !== baseLanguage);
  const start = placed.find(({ point }) => point.percent === 0);
  const groups = new Map<string, Placed[]>();
  for (const one of placed) {
    if (one.point.percent === 0) continue;
    const key = others.filter(language => (one.row.counts[language] ?? 0) > 0).join(" ");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].flatMap(([key, members]) => {
    const spreadOver = new Set(key.split(" "));
    const of: Readonly<Record<CurveSeries, readonly string[]>> = {
      base: [baseLanguage],
      seen: others.filter(language => spreadOver.has(language)),
      unseen: others.filter(language => !spreadOver.has(language)),
    };
    return (["base", "seen", "unseen"] as const).flatMap(series => {
      const path = [...(start === undefined ? [] : [start]), ...members].flatMap(({ row, point }) => {
        const value = meanOver(row, of[series], metric);
        return value === null ? [] : { percent: point.percent, value };
      });
      return path.length < 2 ? [] : { series, points: path };
    });
  });
}

function meanOver(row: ResultsRow, languages: readonly string[], metric: MetricKey): number | null {
  const values = languages.flatMap(language => row.cells[language]?.[metric]?.value ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function pointOf(row: ResultsRow, baseLanguage: string, metric: MetricKey): CurvePoint | null {
  const tunedOn = Object.keys(row.counts).filter(language => (row.counts[language] ?? 0) > 0);
  const total = tunedOn.reduce((sum, language) => sum + (row.counts[language] ?? 0), 0);
  if (row.mixture === untunedName || total === 0) return null;
  if (tunedOn.length === 1 && tunedOn[0] !== baseLanguage) return null;
  const base = row.cells[baseLanguage]?.[metric] ?? null;
  const seen = row.meanSeen[metric] ?? null;
  const unseen = row.meanUnseen[metric] ?? null;
  if (base === null && seen === null && unseen === null) return null;
  const otherExamples = total - (row.counts[baseLanguage] ?? 0);
  return { mixture: row.mixture, otherExamples, percent: (100 * otherExamples) / total, base, seen, unseen };
}
