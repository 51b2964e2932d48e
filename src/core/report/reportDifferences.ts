// Table of what each mixture does better or worse than a chosen one, with corrected tests.

import type { DataTable } from "../figures/dataTable.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import { type DifferencesTable, differenceLevel, type MetricDifference } from "../results/differences.ts";
import { formatDifference, formatP, signed } from "../results/differencesText.ts";
import { oneSeedNote, restsOnOneSeed } from "../results/oneSeed.ts";
import { metricName } from "../scoring/metricNames.ts";

export function differencesTable(table: DifferencesTable, baseLanguage: string | undefined): DataTable {
  const { metric, against, languages, rows } = table;
  const withOthers = rows.some(row => row.meanOthers !== null);
  const unit = isRate(metric) ? "points" : "nats per token";
  return {
    caption:
      `Difference from ${against}, ${unit}: ${metricName(metric)}. Means with 95 % interval; p is corrected by Holm's method ` +
      `for all means of the table, and * marks a language whose p, corrected for all languages of the table, is below ${differenceLevel}; intervals are not corrected${restsOnOneSeed(table) ? `. ${oneSeedNote.replace(/\.$/u, "")}` : ""}`,
    head: [
      "Mixture",
      "mean",
      "p",
      ...(withOthers ? [`mean, not ${baseLanguage ?? ""}`, "p"] : []),
      ...languages,
    ],
    rows: rows.map(({ mixture, languages: cells, mean, meanOthers }) => [
      mixture,
      ...meanCells(metric, mean),
      ...(withOthers ? meanCells(metric, meanOthers) : []),
      ...languages.map(language => languageCell(metric, cells[language])),
    ]),
  };
}

function meanCells(metric: MetricKey, difference: MetricDifference | null): string[] {
  return difference === null
    ? ["–", "–"]
    : [realMinus(formatDifference(metric, difference)), formatP(difference.adjusted)];
}

function languageCell(metric: MetricKey, difference: MetricDifference | undefined): string {
  if (difference === undefined) return "–";
  const text = realMinus(signed(metric, difference.value, isRate(metric) ? 0 : 2));
  return difference.adjusted < differenceLevel ? `${text}*` : text;
}

/** The terminal's table is ASCII; a report has a real minus sign. */
function realMinus(text: string): string {
  return text.replaceAll("-", "−");
}
