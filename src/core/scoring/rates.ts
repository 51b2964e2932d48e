// Rates determined by each sample's own verdict: the samples that count, and those that are hits.
import type { MetricKey, SampleRecord } from "../records/records.ts";

function unscored({ outcome }: SampleRecord): boolean {
  return outcome === "unscored";
}

function hasOutcome({ checksPassed, outcome }: SampleRecord): boolean {
  return checksPassed !== null && outcome !== "unscored";
}

/** See `MetricKey` for definitions. Null when the sample is not in the rate's denominator. */
export const sampleRates = {
  followed: sample => (hasOutcome(sample) ? sample.outcome === "followed" : null),
  language: sample => (unscored(sample) ? null : sample.languageCorrect),
  checks: sample => sample.checksPassed,
  checksInLanguage: sample =>
    hasOutcome(sample) && sample.languageCorrect === true ? sample.checksPassed : null,
  wrongAnswer: sample => (hasOutcome(sample) ? sample.outcome === "wrongAnswer" : null),
  noLanguage: sample => (unscored(sample) ? null : sample.languageCorrect === null),
  // It is unknown how an imported response without a token count ended.
  truncated: ({ tokens, response, stopped }) => (tokens > 0 || response === "" ? !stopped : null),
} satisfies Partial<Record<MetricKey, (sample: SampleRecord) => boolean | null>>;

export type SampleRate = keyof typeof sampleRates;

export const sampleRateKeys = Object.keys(sampleRates) as readonly SampleRate[];
