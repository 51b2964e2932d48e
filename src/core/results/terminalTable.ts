// Formats a results table for a terminal.
import { aligned } from "../../common/textTable.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import { formatScore, metricName, metricUnit } from "../scoring/metricNames.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import type { ResultsTable } from "./resultsTable.ts";

/** Plain ASCII apart from mixture names: one aligned line per mixture, with `-` for missing values. */
export function formatTable(table: ResultsTable, metric: MetricKey): string {
  const rate = isRate(metric);
  const score = (value: MetricValue | undefined): string =>
    value === undefined ? "-" : formatScore(metric, value.value, rate ? 0 : 2);
  const mean = (value: MetricValue | undefined): string => {
    if (value === undefined) return "-";
    const wider = Math.max(value.interval[1] - value.value, value.value - value.interval[0]);
    return `${formatScore(metric, value.value)} +-${formatScore(metric, wider)}`;
  };
  const base = table.baseLanguage;
  const header = ["mixture", ...table.languages, "mean", ...(base === undefined ? [] : [`not ${base}`])];
  const lines = table.rows.map(row => [
    row.mixture,
    ...table.languages.map(language => score(row.cells[language]?.[metric])),
    mean(row.mean[metric]),
    ...(base === undefined ? [] : [mean(row.meanOthers[metric])]),
  ]);
  const title = `${metricName(metric)}, ${metricUnit(metric)}; means with the wider half of their 95 % interval`;
  return `${title}\n${aligned([header, ...lines])}\n`;
}
