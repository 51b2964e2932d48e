// Types of the results table: one row per mixture, one column per language.

import type { TrainedAmount } from "../experiments/trainedAmount.ts";
import { untunedName } from "../mixture/mixtureFile.ts";
import type { MetricKey, MetricsRecord } from "../records/records.ts";
import type { RunRecord } from "../records/runRecord.ts";
import type { MetricValue } from "../statistics/estimate.ts";

/** Contents of a run folder; `metrics` is null until the run has been evaluated. */
export interface RunSummary {
  /** Unique name of the run folder. */
  readonly folder: string;
  readonly record: RunRecord;
  readonly metrics: MetricsRecord | null;
  /** Why the scores cannot be used; absent when nothing is wrong with them. */
  readonly metricsFault?: string;
  /** Null or absent when nothing was trained, the run has not ended, or its steps cannot be counted. */
  readonly trained?: TrainedAmount | null;
}

export interface ResultsRow {
  /** Unique in its table: rows of another experiment append what differs, as in `pinch (budget 120)`. */
  readonly mixture: string;
  /** Differences between its runs and the table's experiment; absent when they belong to it. */
  readonly differs?: string;
  readonly runs: readonly { readonly folder: string; readonly seed: number }[];
  /** DrawnMixture number of examples per language, taken from the first run. */
  readonly counts: Readonly<Record<string, number>>;
  /** Mean over the runs; absent when the amount of one of them is unknown. */
  readonly trained?: TrainedAmount;
  /** Mean over the runs of this mixture, by language. */
  readonly cells: Readonly<Record<string, Readonly<Partial<Record<MetricKey, MetricValue>>>>>;
  /** Mean over all languages, and over all but the base language, each language counting equally. */
  readonly mean: Readonly<Partial<Record<MetricKey, MetricValue>>>;
  readonly meanOthers: Readonly<Partial<Record<MetricKey, MetricValue>>>;
  /**
   * Excluding the base language: mean over the languages that the mixture has examples of, and over the rest.
   */
  readonly meanSeen: Readonly<Partial<Record<MetricKey, MetricValue>>>;
  readonly meanUnseen: Readonly<Partial<Record<MetricKey, MetricValue>>>;
}

export interface ResultsTable {
  /** Language that mixtures are spread from, left out of `meanOthers`; absent when there are no languages. */
  readonly baseLanguage?: string;
  readonly languages: readonly string[];
  /** The untuned base first, then mixtures in the order of the mixture file or of their start. */
  readonly rows: readonly ResultsRow[];
  readonly metrics: readonly MetricKey[];
  /** Notes on how comparable the runs are; absent when there is nothing to note. */
  readonly notes?: readonly string[];
  /** True if some runs lack correlations between languages: their intervals of means are too narrow. */
  readonly independentLanguages: boolean;
}

/** Returns the rows of the table's own experiment: statements about mixtures are based on these. */
export function comparableRows({ rows }: ResultsTable): readonly ResultsRow[] {
  return rows.filter(({ differs }) => differs === undefined);
}

/** Returns the values of one tag that a metric is split by, for example `["familiar", "new"]`. */
export function subsetValues(table: ResultsTable, metric: MetricKey, tag: string): string[] {
  const start = `${metric}:${tag}=`;
  return table.metrics.flatMap(key => (key.startsWith(start) ? key.slice(start.length) : []));
}

export function subsetKey(metric: MetricKey, tag: string, value: string): MetricKey {
  return `${metric}:${tag}=${value}`;
}

/**
 * Returns the most informative metric: instructions followed, otherwise the language, otherwise any other.
 */
export function leadingMetric(table: ResultsTable): MetricKey {
  return table.metrics[0] ?? "followed";
}

export function mixtureLabel(mixture: string): string {
  return mixture === untunedName ? "base (untuned)" : mixture;
}
