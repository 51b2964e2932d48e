// Writes the report as Markdown.

import { escapeHtml, escapeMarkdown } from "../../common/html.ts";
import { dataTableMarkdown, markdownRows } from "../figures/dataTable.ts";
import { displayName } from "../language/tags.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import { unmatchedNotes } from "../results/differencesText.ts";
import {
  leadingMetric,
  mixtureLabel,
  type ResultsTable,
  subsetKey,
  subsetValues,
} from "../results/resultsTable.ts";
import { amountsTables } from "../results/trainedAmounts.ts";
import { formatInterval, formatScore, metricName, metricUnit } from "../scoring/metricNames.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { differencesTable } from "./reportDifferences.ts";
import { studiesMarkdown } from "./reportStudies.ts";
import {
  apartNote,
  apartTitle,
  defaultTitle,
  firstComparison,
  methodLines,
  otherMetrics,
  othersName,
  type ReportOptions,
  type SamplesByMixture,
  samplesNote,
  totalOf,
} from "./reportText.ts";
import { samplesMarkdown } from "./samplesMarkdown.ts";
import { tunedCounts } from "./tunedCounts.ts";

/** @param samples no samples are shown when null, nor for a mixture that has none */
export function reportMarkdown(
  table: ResultsTable,
  samples: SamplesByMixture | null = null,
  options: ReportOptions = {},
): string {
  const parts = [`# ${escapeMarkdown(options.title ?? defaultTitle)}`];
  if (options.generated !== undefined) parts.push(escapeMarkdown(options.generated));
  if (table.rows.length === 0) return `${[...parts, "There are no runs yet."].join("\n\n")}\n`;
  const {
    studies = [],
    differences = null,
    comparisons = [],
    method,
    lock = null,
    limits = [],
    apart = [],
  } = options;
  const comparison = firstComparison(table, differences);
  if (comparison !== null) parts.push(escapeMarkdown(comparison));
  parts.push(...(table.notes ?? []).map(note => `**Note:** ${escapeMarkdown(note)}`));
  if (studies.length > 0) parts.push("## Study results", ...studiesMarkdown(studies));
  parts.push(...scoreSections(table));
  if (differences !== null) {
    parts.push(
      `## Differences from ${escapeMarkdown(differences.against)}`,
      dataTableMarkdown(differencesTable(differences, table.baseLanguage)),
      ...unmatchedNotes(differences).map(escapeMarkdown),
    );
  }
  if (comparisons.length > 0) parts.push("## Side by side", ...comparisons.map(dataTableMarkdown));
  const shown = samples === null ? [] : samplesMarkdown(table, samples);
  if (shown.length > 0) parts.push("## Samples", samplesNote, ...shown);
  parts.push(
    "## Contents of each mixture",
    countsTable(table),
    ...amountsTables(table).map(dataTableMarkdown),
    "## Measurement",
  );
  if (method !== undefined) parts.push(dataTableMarkdown(method));
  if (options.rates != null) parts.push(dataTableMarkdown(options.rates));
  if (options.stops != null) parts.push(dataTableMarkdown(options.stops));
  const facts = (options.facts ?? []).map(
    ([label, text]) => `- ${escapeMarkdown(label)}: ${escapeMarkdown(text)}`,
  );
  parts.push([...facts, ...methodLines(table).map(line => `- ${escapeMarkdown(line)}`)].join("\n"));
  if (lock !== null) parts.push("## Lock", dataTableMarkdown(lock));
  if (apart.length > 0)
    parts.push(`## ${apartTitle}`, apartNote, apart.map(line => `- ${escapeMarkdown(line)}`).join("\n"));
  if (limits.length > 0) parts.push("## Limits", limits.map(line => `- ${escapeMarkdown(line)}`).join("\n"));
  return `${parts.join("\n\n")}\n`;
}

function scoreSections(table: ResultsTable): string[] {
  const leading = leadingMetric(table);
  const parts = ["## Scores by mixture and language", scoreTable(table, leading)];
  if (table.metrics.includes("followed")) parts.push("## Outcomes of the responses", outcomeTable(table));
  for (const tag of ["wording", "task"]) {
    const values = subsetValues(table, "followed", tag);
    if (values.length > 1) parts.push(`## By ${tag}`, subsetTable(table, tag, values));
  }
  const others = otherMetrics(table).map(
    key =>
      `<details><summary>${escapeHtml(metricName(key))}</summary>\n\n${scoreTable(table, key)}\n\n</details>`,
  );
  return others.length === 0 ? parts : [...parts, "## Other metrics", ...others];
}

function scoreTable(table: ResultsTable, metric: MetricKey): string {
  const withOthers = table.baseLanguage !== undefined;
  const head = [
    "Mixture",
    "mean",
    ...(withOthers ? [`mean, not ${table.baseLanguage}`] : []),
    ...table.languages,
  ];
  const rows = table.rows.map(row => [
    mixtureLabel(row.mixture),
    score(metric, row.mean[metric]),
    ...(withOthers ? [score(metric, row.meanOthers[metric])] : []),
    ...table.languages.map(tag => score(metric, row.cells[tag]?.[metric], isRate(metric) ? 0 : 2)),
  ]);
  return captioned(`${metricName(metric)} (${metricUnit(metric)}), with 95 % interval.`, head, rows);
}

function outcomeTable(table: ResultsTable): string {
  const { baseLanguage } = table;
  const keys = ["followed", "wrongLanguage", "wrongAnswer"] as const;
  const base = baseLanguage !== undefined && table.languages.includes(baseLanguage) ? baseLanguage : null;
  const head = [
    "Mixture",
    ...keys.map(key => metricName(key)),
    ...(base === null ? [] : keys.map(key => `${base}: ${metricName(key)}`)),
  ];
  const rows = table.rows.map(row => [
    mixtureLabel(row.mixture),
    ...keys.map(key => score(key, row.meanOthers[key])),
    ...(base === null ? [] : keys.map(key => score(key, row.cells[base]?.[key]))),
  ]);
  const apart = base === null ? "" : `, and ${displayName(base)} apart`;
  return captioned(`Mean over ${othersName(table)}${apart}, % of prompts, with 95 % interval.`, head, rows);
}

function subsetTable(table: ResultsTable, tag: string, values: readonly string[]): string {
  const rows = table.rows.map(row => [
    mixtureLabel(row.mixture),
    ...values.map(value => score("followed", row.meanOthers[subsetKey("followed", tag, value)])),
  ]);
  const text = `${metricName("followed")}: mean over ${othersName(table)} (%), with 95 % interval.`;
  return captioned(text, ["Mixture", ...values], rows);
}

function countsTable(table: ResultsTable): string {
  const { rows: tuned, languages } = tunedCounts(table);
  const rows = tuned.map(row => [
    row.mixture,
    String(totalOf(row.counts)),
    ...languages.map(tag => String(row.counts[tag] ?? 0)),
  ]);
  return captioned("Examples that each mixture was tuned on.", ["Mixture", "total", ...languages], rows);
}

function score(key: MetricKey, value: MetricValue | undefined, intervalDigits?: number): string {
  return value === undefined
    ? "–"
    : `${formatScore(key, value.value)} (${formatInterval(key, value, "–", intervalDigits)})`;
}

/** Puts a caption above a table and escapes both. */
function captioned(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${escapeMarkdown(caption)}\n\n${markdownRows({ head, rows })}`;
}
