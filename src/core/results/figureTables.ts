// Numbers behind the figures of the results panel, as tables for readers and other programs.

import type { DataTable } from "../figures/dataTable.ts";
import { displayName } from "../language/tags.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import { formatScore, metricName, metricUnit } from "../scoring/metricNames.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import type { Curve } from "./curve.ts";
import { type DifferencesTable, differenceLevel } from "./differences.ts";
import { noiseOf } from "./oneSeed.ts";
import type { ResultsTable } from "./resultsTable.ts";

/** Three columns for each value: the value and the ends of its 95 % interval. */
function three(metric: MetricKey, value: MetricValue | null | undefined): string[] {
  if (value == null) return ["–", "–", "–"];
  return [value.value, ...value.interval].map(each => formatScore(metric, each));
}

function heads(names: readonly string[]): string[] {
  return names.flatMap(name => [name, `${name} low`, `${name} high`]);
}

function caption(metric: MetricKey): string {
  return `${metricName(metric)}, ${metricUnit(metric)}, with the ends of the 95 % interval`;
}

export function heatTable({ rows, languages }: ResultsTable, metric: MetricKey): DataTable {
  return {
    caption: caption(metric),
    head: ["Mixture", ...heads([...languages, "mean"])],
    rows: rows.map(row => [
      row.mixture,
      ...languages.flatMap(language => three(metric, row.cells[language]?.[metric])),
      ...three(metric, row.mean[metric]),
    ]),
  };
}

export function curveTable({ metric, points, baseLanguage }: Curve): DataTable {
  return {
    caption: caption(metric),
    head: ["Mixture", "% spread", ...heads([displayName(baseLanguage), "seen", "unseen"])],
    rows: points.map(point => [
      point.mixture,
      point.percent.toFixed(1),
      ...three(metric, point.base),
      ...three(metric, point.seen),
      ...three(metric, point.unseen),
    ]),
  };
}

export function seenTable({ rows }: ResultsTable, metric: MetricKey): DataTable {
  return {
    caption: caption(metric),
    head: ["Mixture", ...heads(["seen", "unseen"])],
    rows: rows.map(row => [
      row.mixture,
      ...three(metric, row.meanSeen[metric]),
      ...three(metric, row.meanUnseen[metric]),
    ]),
  };
}

export function countTable(
  points: readonly {
    readonly row: { readonly mixture: string };
    readonly languages: number;
    readonly value: MetricValue;
  }[],
  metric: MetricKey,
): DataTable {
  return {
    caption: caption(metric),
    head: ["Mixture", "languages", ...heads(["mean"])],
    rows: points.map(({ row, languages, value }) => [
      row.mixture,
      String(languages),
      ...three(metric, value),
    ]),
  };
}

/** Table of a mixture's scores minus those of the reference mixture. */
export function differenceTable(differences: DifferencesTable, mixture: string): DataTable {
  const { metric, against, rows } = differences;
  const row = rows.find(each => each.mixture === mixture);
  const all = [
    ...Object.entries(row?.languages ?? {}).map(([tag, value]) => [displayName(tag), value] as const),
    ...(row?.mean == null ? [] : [["Mean", row.mean] as const]),
    ...(row?.meanOthers == null ? [] : [["Mean without the base language", row.meanOthers] as const]),
  ];
  return {
    caption: `${mixture} less ${against}: ${metricName(metric)}, ${isRate(metric) ? "points" : "nats"}; p corrected by Holm's method`,
    head: [
      "Language",
      "Difference",
      "low",
      "high",
      "p",
      "n",
      `Beyond ${noiseOf({ ...differences, rows: row === undefined ? [] : [row] })}`,
    ],
    rows: all.map(([name, value]) => [
      name,
      ...[value.value, ...value.interval].map(each => formatScore(metric, each)),
      value.adjusted.toFixed(4),
      String(value.n),
      value.adjusted < differenceLevel ? "yes" : "no",
    ]),
  };
}
