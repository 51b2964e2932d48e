// Formats a table of differences as text for a terminal.

import { aligned } from "../../common/textTable.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import { metricName } from "../scoring/metricNames.ts";
import { type DifferencesTable, differenceLevel, type MetricDifference } from "./differences.ts";
import { oneSeedNote, restsOnOneSeed } from "./oneSeed.ts";

const smallestP = 0.001;

/** Signed difference with its interval, in percentage points for rates and in nats for likelihoods. */
export function formatDifference(metric: MetricKey, { value, interval }: MetricDifference): string {
  const [low, high] = interval.map(end => signed(metric, end));
  return `${signed(metric, value)} (${low} to ${high})`;
}

export function formatP(p: number): string {
  return p < smallestP ? `<${smallestP}` : p.toFixed(3);
}

/**
 * Signed number in percentage points (rates) or nats (likelihoods); a value that rounds to zero has no sign.
 */
export function signed(metric: MetricKey, value: number, digits = isRate(metric) ? 1 : 2): string {
  const text = (isRate(metric) ? 100 * value : value).toFixed(digits);
  if (Number(text) === 0) return text.replace("-", "");
  return value > 0 ? `+${text}` : text;
}

/** Sentences about prompts that were left out; empty when both mixtures have every prompt. */
export function unmatchedNotes({ against, rows }: DifferencesTable): string[] {
  return rows
    .filter(({ unmatched }) => unmatched > 0)
    .map(
      ({ mixture, unmatched }) =>
        `${mixture}: ${unmatched} prompts differ from those of ${against} and are left out.`,
    );
}

/** One line per mixture; an asterisk marks languages that differ after correction over the whole table. */
export function formatDifferences(table: DifferencesTable, baseLanguage: string | undefined): string {
  const { metric, against, languages, rows } = table;
  const withOthers = rows.some(row => row.meanOthers !== null);
  const mean = (one: MetricDifference | null): string[] =>
    one === null ? ["-", "-"] : [formatDifference(metric, one), formatP(one.adjusted)];
  const header = [
    "mixture",
    ...languages,
    "mean",
    "p",
    ...(withOthers ? [`mean, not ${baseLanguage ?? ""}`, "p"] : []),
  ];
  const lines = rows.map(row => [
    row.mixture,
    ...languages.map(language => {
      const cell = row.languages[language];
      if (cell === undefined) return "-";
      return `${signed(metric, cell.value, isRate(metric) ? 0 : 2)}${cell.adjusted < differenceLevel ? "*" : " "}`;
    }),
    ...mean(row.mean),
    ...(withOthers ? mean(row.meanOthers) : []),
  ]);
  return [
    `Difference from ${against}, ${isRate(metric) ? "points" : "nats per token"}: ${metricName(metric)}`,
    aligned([header, ...lines]),
    `p of the means, and * for p below ${differenceLevel} in a language, are corrected for their number in the table (Holm); intervals are not.`,
    ...(restsOnOneSeed(table) ? [oneSeedNote] : []),
    ...unmatchedNotes(table),
    "",
  ].join("\n");
}
