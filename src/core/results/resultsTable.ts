// The table that a person decides from: one row per mixture, one column per language.

import type { TrainedAmount } from "../experiments/trainedAmount.ts";
import { baseMixtureName } from "../mixture/mixtureFile.ts";
import type { MetricKey, MetricsRecord, RunRecord } from "../records/records.ts";
import type { MetricValue } from "../statistics/estimate.ts";

/** A run folder as read; `metrics` is null until it has been evaluated. */
export interface RunSummary {
  /** Name of the run folder, unique. */
  readonly folder: string;
  readonly record: RunRecord;
  readonly metrics: MetricsRecord | null;
  /** Why its scores can't be used, in words; absent where nothing is wrong with them. */
  readonly metricsFault?: string;
  /** null or absent: nothing was trained here, the run has not ended, or its steps can't be counted. */
  readonly trained?: TrainedAmount | null;
}

export interface ResultsRow {
  /** Unique in its table: a row of another experiment has what differs behind its name, `pinch (budget 120)`. */
  readonly mixture: string;
  /** In what its runs differ from the table's experiment, in words; absent where they are of it. */
  readonly differs?: string;
  readonly runs: readonly { readonly folder: string; readonly seed: number }[];
  /** Realised examples per language (of the first run). */
  readonly counts: Readonly<Record<string, number>>;
  /** Mean over the runs; absent where one of them is not known. */
  readonly trained?: TrainedAmount;
  /** Per language: mean over the runs of this mixture. */
  readonly cells: Readonly<Record<string, Readonly<Partial<Record<MetricKey, MetricValue>>>>>;
  /** Mean over all languages, and over all but the base language, each language counting the same. */
  readonly mean: Readonly<Partial<Record<MetricKey, MetricValue>>>;
  readonly meanOthers: Readonly<Partial<Record<MetricKey, MetricValue>>>;
  /** Of those but the base language: mean over the ones that the mixture has examples of, and over the rest. */
  readonly meanSeen: Readonly<Partial<Record<MetricKey, MetricValue>>>;
  readonly meanUnseen: Readonly<Partial<Record<MetricKey, MetricValue>>>;
}

export interface ResultsTable {
  /** The language that mixtures are spread from, left out of `meanOthers`; absent without any language. */
  readonly baseLanguage?: string;
  readonly languages: readonly string[];
  /** The untuned base first, then mixtures in the order of the mixture file or of their start. */
  readonly rows: readonly ResultsRow[];
  readonly metrics: readonly MetricKey[];
  /** What a reader must know of how the runs go together; absent where there is nothing to say. */
  readonly notes?: readonly string[];
  /** Runs from before it was kept how languages go together: means take them as independent, and are too certain. */
  readonly independentLanguages: boolean;
}

/** Rows of the table's experiment: what is said about mixtures is said of these. */
export function comparableRows({ rows }: ResultsTable): readonly ResultsRow[] {
  return rows.filter(({ differs }) => differs === undefined);
}

/** Values of one tag that a metric is split by, for example `["familiar", "new"]`. */
export function subsetValues(table: ResultsTable, metric: MetricKey, tag: string): string[] {
  const start = `${metric}:${tag}=`;
  return table.metrics.flatMap(key => (key.startsWith(start) ? key.slice(start.length) : []));
}

export function subsetKey(metric: MetricKey, tag: string, value: string): MetricKey {
  return `${metric}:${tag}=${value}`;
}

/** The metric that says most: what was followed, else the language, else what there is. */
export function leadingMetric(table: ResultsTable): MetricKey {
  return table.metrics[0] ?? "followed";
}

export function mixtureLabel(mixture: string): string {
  return mixture === baseMixtureName ? "base (untuned)" : mixture;
}
