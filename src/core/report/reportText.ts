// Texts shared by both report formats: options, measurement, and the first comparison worth reading.

import type { DataTable } from "../figures/dataTable.ts";
import { displayName } from "../language/tags.ts";
import type { MetricKey, SampleRecord } from "../records/records.ts";
import type { DifferencesTable } from "../results/differences.ts";
import { formatDifference, formatP } from "../results/differencesText.ts";
import { fewPromptsWarning } from "../results/fewPrompts.ts";
import { promptsOf } from "../results/languageNotes.ts";
import { oneSeedNote, scoresOfOneSeed } from "../results/oneSeed.ts";
import {
  comparableRows,
  leadingMetric,
  type ResultsRow,
  type ResultsTable,
} from "../results/resultsTable.ts";
import { formatInterval, formatScore, metricName } from "../scoring/metricNames.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import type { StudyResult } from "../study/studyResult.ts";

export interface ReportOptions {
  readonly title?: string;
  /** Text shown verbatim, for example the date and time of the report. */
  readonly generated?: string;
  /** Pairs of label and text: model, mixture file, device, duration and so on. */
  readonly facts?: readonly (readonly [string, string])[];
  readonly studies?: readonly StudyResult[];
  readonly differences?: DifferencesTable | null;
  /** Side-by-side scores, from `comparisonTables`. */
  readonly comparisons?: readonly DataTable[];
  /** How the models were tuned and prompted, from `methodTable`. */
  readonly method?: DataTable;
  /** Chosen learning rates, from `ratesTable`. */
  readonly rates?: DataTable | null;
  /** Early stopping, from `stopsTable`. */
  readonly stops?: DataTable | null;
  /** Hashes and versions, from `lockTable`. */
  readonly lock?: DataTable | null;
  /** Runs of other experiments that are not in the report, from `apartLines`. */
  readonly apart?: readonly string[];
  /** Limitations of the report, from `reportLimits`. */
  readonly limits?: readonly string[];
}

/** Samples of one run of each mixture; a report shows a few in each language. */
export type SamplesByMixture = ReadonlyMap<string, readonly SampleRecord[]>;

export const defaultTitle = "Instruction tuning by language mixture";

export const apartTitle = "Other experiments";
export const apartNote =
  "These runs are in the same folder but not in this report: if settings other than the mixture differ, a difference in score can't be attributed to the mixture.";

export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** "languages other than English", worded for a column heading or a sentence. */
export function othersName(table: ResultsTable): string {
  return table.baseLanguage === undefined
    ? "all languages"
    : `languages other than ${displayName(table.baseLanguage)}`;
}

export const samplesNote = "The same prompts for every mixture, chosen without looking at any response.";

const outcomeMetrics: readonly MetricKey[] = ["wrongLanguage", "wrongAnswer"];

/** Metrics with a table of their own after the leading one: no subsets, and none in the outcome table. */
export function otherMetrics(table: ResultsTable): MetricKey[] {
  const leading = leadingMetric(table);
  const some = (key: MetricKey): boolean =>
    table.rows.some(({ cells }) => Object.values(cells).some(cell => (cell[key]?.value ?? 0) > 0));
  return table.metrics.filter(
    key =>
      key !== leading &&
      !key.includes(":") &&
      !outcomeMetrics.includes(key) &&
      (!["noLanguage", "truncated"].includes(key) || some(key)),
  );
}

export function methodLines(table: ResultsTable): string[] {
  const lines = [countsOfPrompts(table)];
  if (table.metrics.includes("followed")) {
    lines.push(
      "A response counts as followed when every check of its prompt passes and it is in the prompt's language; " +
        "wrong language when it is in another one, whatever it says; wrong answer when the language is right and a check fails. " +
        "A response without words (a number, emoji, nothing) has no wrong language: only its checks count.",
    );
  }
  lines.push(
    "The language of a response is that of the reference or accepted answer that it equals, otherwise the one that script and n-gram models identify.",
    "Intervals are 95 % over prompts: mid-P for rates (exact, except that the observed count has half weight); Student's t, corrected for skewness, for likelihoods and chrF++; wordings of one fact (group) count as one cluster.",
    "In means, each language counts equally; their intervals take into account that languages share the contents of prompts.",
  );
  const warning = fewPromptsWarning(table);
  if (warning !== null) lines.push(warning);
  if (table.independentLanguages) {
    lines.push(
      "Some runs are from a version of Pinch that did not store correlations between languages: their means treat languages as independent, with intervals that are too narrow. pinch eval scores them again.",
    );
  }
  const seeds = Math.max(0, ...table.rows.map(row => row.runs.length));
  if (seeds > 1) {
    lines.push(
      `Mixtures were run with up to ${seeds} seeds: a score is the mean over seeds; its interval adds the t-interval of the seeds to that of the prompts. With two seeds it is very wide, as two can't tell what a third would do.`,
    );
  }
  if (table.metrics.includes("nll")) {
    lines.push(
      "The likelihood of references is per token of each model's own tokenizer: comparable between mixtures of one model, not between models or languages.",
    );
  }
  return lines;
}

function countsOfPrompts(table: ResultsTable): string {
  const counts = table.rows.flatMap(row =>
    Object.values(row.cells).flatMap(cell => promptsOf(cell, row.runs.length) ?? []),
  );
  if (counts.length === 0) return "Nothing has been evaluated yet.";
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  const range = least === most ? `${most}` : `${least} to ${most}`;
  return `Each cell is ${range} evaluation prompts per seed, the same for every mixture.`;
}

/** Compares the smallest pinch with the base language alone; null when the table has no such pair. */
export function firstComparison(
  table: ResultsTable,
  differences: DifferencesTable | null = null,
): string | null {
  const base = table.baseLanguage;
  const metric = leadingMetric(table);
  if (base === undefined) return null;
  const shareOfOthers = (row: ResultsRow): number => 1 - (row.counts[base] ?? 0) / totalOf(row.counts);
  const tuned = comparableRows(table).filter(
    row => totalOf(row.counts) > 0 && row.meanOthers[metric] !== undefined,
  );
  const alone = tuned.find(row => shareOfOthers(row) === 0);
  const [pinch] = tuned
    .filter(row => shareOfOthers(row) > 0 && (row.counts[base] ?? 0) > 0)
    .sort((a, b) => shareOfOthers(a) - shareOfOthers(b));
  const before = alone?.meanOthers[metric];
  const after = pinch?.meanOthers[metric];
  if (alone === undefined || pinch === undefined || before === undefined || after === undefined) return null;
  const total = totalOf(pinch.counts);
  const others = total - (pinch.counts[base] ?? 0);
  return (
    `With ${others} of ${total} examples in other languages (${pinch.mixture}) instead of ${displayName(base)} only ` +
    `(${alone.mixture}), the mean over ${othersName(table)} goes from ${withInterval(metric, before)} to ` +
    `${withInterval(metric, after)}: ${metricName(metric).toLowerCase()}.` +
    (pairedTest(differences, alone.mixture, pinch.mixture) ??
      scoresOfOneSeed(table, true)
        .map(sentence => ` ${sentence}`)
        .join(""))
  );
}

/** Describes the paired test of two mixtures; null when the table of differences does not have it. */
function pairedTest(differences: DifferencesTable | null, against: string, mixture: string): string | null {
  const row =
    differences?.against === against ? differences.rows.find(each => each.mixture === mixture) : null;
  const mean = row?.meanOthers ?? row?.mean;
  if (differences === null || mean == null) return null;
  const said = `${formatDifference(differences.metric, mean)}, p ${formatP(mean.adjusted).replace(/^(?!<)/, "= ")}`;
  return ` Prompt by prompt that is ${said}.${mean.seeds === 1 ? ` ${oneSeedNote}` : ""}`;
}

function withInterval(key: MetricKey, value: MetricValue): string {
  const unit = key === "nll" ? "" : " %";
  return `${formatScore(key, value.value)}${unit} (${formatInterval(key, value, " to ")})`;
}
