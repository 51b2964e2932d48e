// How scores are written: numbers, names of metrics, and the table for a terminal.
import { instructionName } from "../ifeval/instructionNames.ts";
import type { MetricKey, MetricValue } from "../run/records.ts";
import { isRate } from "./combine.ts";
import type { ResultsTable } from "./resultsTable.ts";

const metricNames: Readonly<Record<string, string>> = {
  followed: "Followed, in the right language",
  language: "In the right language",
  checks: "Checks passed, in any language",
  wrongLanguage: "Wrong language",
  wrongAnswer: "Right language, wrong answer",
  noLanguage: "In no language: without words",
  truncated: "Cut off at the token limit",
  checksLoose: "Checks passed by the loose criterion, in any language",
  chrf: "chrF++ against the references, mean over prompts",
  nll: "Negative log-likelihood of the references",
  nllPerCharacter: "Negative log-likelihood of the references by character",
  checksInLanguage: "Checks passed, among the responses in the right language",
  lpr: "Every line in the right language (LPR)",
  wpr: "No English word, among the responses with right lines (WPR)",
  lcpr: "Harmonic mean of LPR and WPR (LCPR)",
  lineAccuracy: "Share of a response's lines in the right language (acc)",
  lines: "Every line in the right language, by an earlier rule than LPR",
  words: "No foreign word, by an earlier rule than WPR",
  linesAndWords: "Harmonic mean of lines and words, by the earlier rule",
  sideBySide: "Side by side with the baseline",
};

/** For example "Followed, in the right language (wording: new)". */
export function metricName(key: MetricKey): string {
  const [name = key, subset] = split(key, ":");
  const [tag, value] = split(subset ?? "", "=");
  const main = metricNames[name] ?? name;
  if (subset === undefined) return main;
  const shown = tag === "instruction" && value !== undefined ? instructionName(value) : value;
  return `${main} (${tag}: ${shown})`;
}

export function metricUnit(key: MetricKey): string {
  if (isRate(key)) return "%";
  return key === "nllPerCharacter"
    ? "nats per character, lower is better; compares within a script"
    : "nats per token, lower is better";
}

/** Percent for rates and chrF++, nats for likelihoods; without unit. */
export function formatScore(key: MetricKey, value: number, digits = isRate(key) ? 1 : 2): string {
  return (isRate(key) ? 100 * value : value).toFixed(digits);
}

/** For example `36-54`, with the dash of the caller's choice. */
export function formatInterval(key: MetricKey, value: MetricValue, dash: string, digits?: number): string {
  const [low, high] = value.interval;
  return `${formatScore(key, low, digits)}${dash}${formatScore(key, high, digits)}`;
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

/** Plain ASCII apart from the mixtures' own names: one line per mixture, columns aligned, `-` for no value. */
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

/** First column to the left, the others to the right, two spaces between. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => width(row[column] ?? ""))));
  return rows
    .map(row =>
      row
        .map((cell, column) => {
          const padding = " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
          return column === 0 ? cell + padding : padding + cell;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

// Terminal columns: wide East Asian characters take two, marks none.
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/[\p{M}\p{Default_Ignorable_Code_Point}]/u.test(character)) continue;
    columns += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return columns;
}

function split(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
