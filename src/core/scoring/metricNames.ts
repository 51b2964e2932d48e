// Formats metrics for readers: names, units and numbers.
import { instructionName } from "../ifeval/instructionNames.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey } from "../records/records.ts";
import type { MetricValue } from "../statistics/estimate.ts";

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

/** Display name, for example "Followed, in the right language (wording: new)". */
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

/** Percent for rates and chrF++, nats for likelihoods, without the unit. */
export function formatScore(key: MetricKey, value: number, digits = isRate(key) ? 1 : 2): string {
  return (isRate(key) ? 100 * value : value).toFixed(digits);
}

/** Interval such as `36-54`, with a dash chosen by the caller. */
export function formatInterval(key: MetricKey, value: MetricValue, dash: string, digits?: number): string {
  const [low, high] = value.interval;
  return `${formatScore(key, low, digits)}${dash}${formatScore(key, high, digits)}`;
}

function split(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
