// Rates that are read off a sample's own verdict: which samples count for each, and which of them are hits.
import type { MetricKey, SampleRecord } from "../run/records.ts";

export interface SampleRate {
  readonly key: MetricKey;
  /** null: the sample is not in the rate's denominator. */
  readonly hit: (sample: SampleRecord) => boolean | null;
}

function unscored({ outcome }: SampleRecord): boolean {
  return outcome === "unscored";
}

function hasOutcome({ checksPassed, outcome }: SampleRecord): boolean {
  return checksPassed !== null && outcome !== "unscored";
}

/** See `MetricKey` for what each says. */
export const sampleRates: readonly SampleRate[] = [
  { key: "followed", hit: sample => (hasOutcome(sample) ? sample.outcome === "followed" : null) },
  { key: "language", hit: sample => (unscored(sample) ? null : sample.languageCorrect) },
  { key: "checks", hit: sample => sample.checksPassed },
  {
    key: "checksInLanguage",
    hit: sample =>
      hasOutcome(sample) && sample.languageCorrect === true ? sample.checksPassed === true : null,
  },
  { key: "wrongAnswer", hit: sample => (hasOutcome(sample) ? sample.outcome === "wrongAnswer" : null) },
  { key: "noLanguage", hit: sample => (unscored(sample) ? null : sample.languageCorrect === null) },
  // Of a response from elsewhere that nobody counted, it isn't known how it ended.
  {
    key: "truncated",
    hit: ({ tokens, response, stopped }) => (tokens > 0 || response === "" ? !stopped : null),
  },
];
