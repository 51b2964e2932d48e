// Computes the metrics of one evaluation: values, intervals, and correlations between languages.
import { isRate } from "../records/metricsRecord.ts";
import type { LanguageCorrelations, MetricKey, MetricsRecord, SampleRecord } from "../records/records.ts";
import { ClusterNumbers } from "../statistics/clusterNumbers.ts";
import { degreesOf, type LanguageSums, languageCorrelations } from "../statistics/correlations.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import type { Observation } from "../statistics/observations.ts";
import { ratioInterval } from "../statistics/ratioInterval.ts";
import { shareInterval } from "../statistics/shareInterval.ts";

interface Entry extends Omit<LanguageSums, "clusters"> {
  readonly language: string;
  readonly key: MetricKey;
  readonly samples: readonly SampleRecord[];
  /** True for passes and fails, false for a ratio. */
  readonly passes: boolean;
}

type Placed = Entry & LanguageSums;

const digits = 1000; // correlations are rounded to three decimals

export class MetricTable {
  readonly #entries: Entry[] = [];
  readonly #others: { language: string; key: MetricKey; value: MetricValue }[] = [];
  readonly #clusters = new ClusterNumbers();
  readonly #languages: readonly string[];
  readonly #only: MetricKey | null;

  /**
   * @param languages all evaluated languages, in order
   * @param only the only metric to compute; null for all
   */
  constructor(languages: readonly string[], only: MetricKey | null = null) {
    this.#languages = languages;
    this.#only = only;
  }

  wants(key: MetricKey): boolean {
    return this.#only === null || this.isOnly(key);
  }

  isOnly(key: MetricKey): boolean {
    return key === this.#only;
  }

  /** Adds the share of the samples that pass; nothing when there are no samples. */
  rate(
    language: string,
    key: MetricKey,
    samples: readonly SampleRecord[],
    pass: (sample: SampleRecord, at: number) => boolean,
  ): void {
    if (samples.length === 0 || !this.wants(key)) return;
    this.#entries.push({
      language,
      key,
      samples,
      passes: true,
      tops: samples.map((sample, at) => Number(pass(sample, at))),
      bottoms: samples.map(() => 1),
    });
  }

  /** Adds sum(top) / sum(bottom), a mean over tokens, characters or responses, if there are samples. */
  ratio(
    language: string,
    key: MetricKey,
    samples: readonly SampleRecord[],
    top: (sample: SampleRecord) => number,
    bottom: (sample: SampleRecord) => number,
  ): void {
    if (samples.length === 0 || !this.wants(key)) return;
    this.#entries.push({
      language,
      key,
      samples,
      passes: false,
      tops: samples.map(top),
      bottoms: samples.map(bottom),
    });
  }

  /** Adds a metric that is not a ratio of sums. Its means over languages treat them as independent. */
  other(language: string, key: MetricKey, value: MetricValue): void {
    this.#others.push({ language, key, value });
  }

  record(): MetricsRecord {
    const values: Record<string, Partial<Record<MetricKey, MetricValue>>> = {};
    for (const language of this.#languages) values[language] = {};
    const set = (language: string, key: MetricKey, value: MetricValue): void => {
      values[language] = { ...values[language], [key]: value };
    };
    const entries = this.#entries.map(entry => ({
      ...entry,
      clusters: entry.samples.map(sample => this.#clusters.of(sample)),
    }));
    for (const entry of entries) {
      const { language, key, tops, bottoms } = entry;
      const value = sum(tops) / sum(bottoms);
      set(language, key, { value, n: tops.length, interval: intervalOf(entry) });
    }
    for (const { language, key, value } of this.#others) set(language, key, value);
    const correlations = this.#correlations(entries);
    return { version: 1, languages: values, ...(correlations !== null && { correlations }) };
  }

  /**
   * Returns the values that a metric is computed from, prompt by prompt; none for metrics that are not a
   * ratio of sums.
   */
  observations(key: MetricKey, seed: number): Observation[] {
    const found: Observation[] = [];
    for (const { key: own, language, samples, tops, bottoms } of this.#entries) {
      if (own !== key) continue;
      samples.forEach(({ id, group }, i) => {
        const weight = bottoms[i] ?? 0;
        if (weight === 0) return;
        const value = (tops[i] ?? 0) / weight;
        const one = { cluster: id, stratum: language, seed, value, weight };
        found.push(group === undefined ? one : { ...one, group });
      });
    }
    return found;
  }

  #correlations(entries: readonly Placed[]): Partial<Record<MetricKey, LanguageCorrelations>> | null {
    const correlations: Partial<Record<MetricKey, LanguageCorrelations>> = {};
    let some = false;
    for (const key of new Set(entries.map(entry => entry.key))) {
      const own = entries.filter(entry => entry.key === key);
      if (own.length < 2) continue;
      const pairs = languageCorrelations(own, this.#clusters.count);
      correlations[key] = {
        languages: own.map(entry => entry.language),
        pairs: pairs.map(value => Math.round(value * digits) / digits),
        degrees: Math.round(degreesOf(own) * digits) / digits,
      };
      some = true;
    }
    return some ? correlations : null;
  }
}

function intervalOf({ key, passes, clusters, tops, bottoms }: Placed): readonly [number, number] {
  if (passes) return shareInterval(tops, clusters);
  return ratioInterval({
    numerators: tops,
    denominators: bottoms,
    clusters,
    ...(isRate(key) && { range: [0, 1] }),
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
