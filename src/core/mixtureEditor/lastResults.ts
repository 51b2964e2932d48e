// Summarizes the last runs of a mixture file in a few words per mixture.

import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import { buildResults } from "../results/buildResults.ts";
import { leadingMetric, type RunSummary } from "../results/resultsTable.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import type { LastResult } from "./known.ts";

/**
 * Aggregates the runs over all seeds and languages, as in the results. `file` is the mixture file's path as
 * recorded in the runs.
 */
export function lastResults(runs: readonly RunSummary[], file: string): LastResult[] {
  const own = runs.filter(run => run.record.configuration.file === file && run.metrics !== null);
  if (own.length === 0) return [];
  const table = buildResults(own);
  const metric = leadingMetric(table);
  return table.rows.flatMap(({ mixture, mean }) => {
    const value = mean[metric];
    return value === undefined ? [] : [{ mixture, text: resultText(metric, value) }];
  });
}

const words: Readonly<Record<string, string>> = {
  followed: "followed",
  language: "in the right language",
  checks: "of checks passed",
  nll: "nats per token",
};

/** Describes the last result, as in `61 % ±4 followed`, where ± is the wider half of the 95 % interval. */
function resultText(metric: MetricKey, { value, interval }: MetricValue): string {
  const half = Math.max(interval[1] - value, value - interval[0]);
  const what = words[metric] ?? metric;
  if (!isRate(metric)) return `${value.toFixed(2)} ±${half.toFixed(2)} ${what}`;
  return `${Math.round(100 * value)} % ±${Math.max(1, Math.round(100 * half))} ${what}`;
}
