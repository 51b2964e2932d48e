// Writes the tables of a report as LaTeX for \input, each in a booktabs float.

import { texComment } from "../../common/tex.ts";
import { type DataTable, dataTableTex } from "../figures/dataTable.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import { leadingMetric, mixtureLabel, type ResultsTable } from "../results/resultsTable.ts";
import { amountsTables } from "../results/trainedAmounts.ts";
import { formatInterval, formatScore, metricName, metricUnit } from "../scoring/metricNames.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { differencesTable } from "./reportDifferences.ts";
import { tagNames } from "./reportStudies.ts";
import { type ReportOptions, totalOf } from "./reportText.ts";

export function reportTex(table: ResultsTable, options: ReportOptions = {}): string {
  const { studies = [], differences = null, comparisons = [], method } = options;
  const { rates = null, stops = null, lock = null } = options;
  const tables: [string, DataTable][] = [
    ...(method === undefined ? [] : [["method", method] as [string, DataTable]]),
    ...(rates === null ? [] : [["rates", rates] as [string, DataTable]]),
    ...(stops === null ? [] : [["stops", stops] as [string, DataTable]]),
    ["counts", countsTable(table)],
    ...amountsTables(table).map((one): [string, DataTable] => ["amounts", one]),
    ["scores", scoresTable(table, leadingMetric(table))],
    ...studies.map(({ slug, table: numbers }): [string, DataTable] => [slug, numbers]),
    ...(differences === null
      ? []
      : [["differences", differencesTable(differences, table.baseLanguage)] as [string, DataTable]]),
    ...comparisons.map((one, i): [string, DataTable] => [`side-by-side-${i + 1}`, one]),
    ...(lock === null ? [] : [["lock", lock] as [string, DataTable]]),
  ];
  return [
    "% Tables of a report by Pinch. In the preamble: \\usepackage{booktabs,graphicx}, \\usepackage[T1]{fontenc}; UTF-8.",
    texComment(`Languages: ${tagNames(table.languages)}.`),
    ...(table.notes ?? []).map(note => texComment(`Note: ${note}`)),
    ...tables.map(([label, one]) => dataTableTex(one, label)),
    "",
  ].join("\n\n");
}

function scoresTable(table: ResultsTable, metric: MetricKey): DataTable {
  const { baseLanguage } = table;
  const others = baseLanguage === undefined ? [] : [`mean, not ${baseLanguage}`];
  const cell = (value: MetricValue | undefined): string =>
    value === undefined ? "–" : formatScore(metric, value.value, isRate(metric) ? 0 : 2);
  const mean = (value: MetricValue | undefined): string =>
    value === undefined ? "–" : `${formatScore(metric, value.value)} (${formatInterval(metric, value, "–")})`;
  return {
    caption: `${metricName(metric)} (${metricUnit(metric)}), means with 95 % interval. ${tagNames(table.languages)}`,
    head: ["Mixture", "mean", ...others, ...table.languages],
    rows: table.rows.map(row => [
      mixtureLabel(row.mixture),
      mean(row.mean[metric]),
      ...(baseLanguage === undefined ? [] : [mean(row.meanOthers[metric])]),
      ...table.languages.map(tag => cell(row.cells[tag]?.[metric])),
    ]),
  };
}

function countsTable(table: ResultsTable): DataTable {
  const tuned = table.rows.filter(row => totalOf(row.counts) > 0);
  const languages = [...new Set([...table.languages, ...tuned.flatMap(row => Object.keys(row.counts))])];
  return {
    caption: `Examples that each mixture was tuned on. ${tagNames(languages)}`,
    head: ["Mixture", "total", ...languages],
    rows: tuned.map(row => [
      row.mixture,
      String(totalOf(row.counts)),
      ...languages.map(tag => String(row.counts[tag] ?? 0)),
    ]),
  };
}
