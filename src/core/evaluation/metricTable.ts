// Metrics of one evaluation: values and intervals of each language, and how languages go together.
import { type Random, seededRandom } from "../../common/random.ts";
import { isRate } from "../results/combine.ts";
import type {
  LanguageCorrelations,
  MetricKey,
  MetricsRecord,
  MetricValue,
  SampleRecord,
} from "../run/records.ts";
import { bootstrapRate, defaultResamples } from "../statistics/bootstrap.ts";
import type { Observation } from "../statistics/clustered.ts";
import { type LanguageSums, languageCorrelations } from "../statistics/correlations.ts";
import { groupedRateInterval } from "../statistics/groupedRate.ts";
import { clusterName } from "../statistics/observations.ts";
import { ratioInterval } from "../statistics/ratioInterval.ts";

export interface AggregateOptions {
  readonly seed: number;
  readonly resamples?: number;
}

interface Entry extends LanguageSums {
  readonly language: string;
  readonly key: MetricKey;
  readonly samples: readonly SampleRecord[];
  /** Of a pass rate; null: the interval is that of a ratio. */
  readonly passes: readonly boolean[] | null;
}

const digits = 1000; // correlations are kept to three decimals

export class MetricTable {
  readonly resamples: number;
  readonly #seed: number;
  readonly #entries: Entry[] = [];
  readonly #others: { language: string; key: MetricKey; value: MetricValue }[] = [];
  /** Clusters of prompts and their numbers. */
  readonly #clusters = new Map<string, number>();

  readonly #languages: readonly string[];

  /** @param languages all that were evaluated, in order */
  constructor(languages: readonly string[], { seed, resamples = defaultResamples }: AggregateOptions) {
    this.#languages = languages;
    this.#seed = seed;
    this.resamples = resamples;
  }

  /** Share of the samples that pass; nothing where there are none. */
  rate(
    language: string,
    key: MetricKey,
    samples: readonly SampleRecord[],
    pass: (sample: SampleRecord, at: number) => boolean,
  ): void {
    if (samples.length === 0) return;
    const passes = samples.map(pass);
    this.#entries.push({
      language,
      key,
      samples,
      passes,
      clusters: this.#clustersOf(samples),
      tops: passes.map(Number),
      bottoms: passes.map(() => 1),
    });
  }

  /** sum(top) / sum(bottom): a mean over tokens, characters or responses; nothing where there are no samples. */
  ratio(
    language: string,
    key: MetricKey,
    samples: readonly SampleRecord[],
    top: (sample: SampleRecord) => number,
    bottom: (sample: SampleRecord) => number,
  ): void {
    if (samples.length === 0) return;
    this.#entries.push({
      language,
      key,
      samples,
      passes: null,
      clusters: this.#clustersOf(samples),
      tops: samples.map(top),
      bottoms: samples.map(bottom),
    });
  }

  /** A metric that is no ratio of sums. Its means over languages take them as independent. */
  other(language: string, key: MetricKey, value: MetricValue): void {
    this.#others.push({ language, key, value });
  }

  record(): MetricsRecord {
    const values: Record<string, Partial<Record<MetricKey, MetricValue>>> = {};
    for (const language of this.#languages) values[language] = {};
    const set = (language: string, key: MetricKey, value: MetricValue): void => {
      values[language] = { ...values[language], [key]: value };
    };
    for (const entry of this.#entries) {
      const { language, key, tops, bottoms } = entry;
      const value = sum(tops) / sum(bottoms);
      set(language, key, { value, n: tops.length, interval: this.#interval(entry) });
    }
    for (const { language, key, value } of this.#others) set(language, key, value);
    const correlations = this.#correlations();
    return { version: 1, languages: values, ...(correlations !== null && { correlations }) };
  }

  #clustersOf(samples: readonly SampleRecord[]): number[] {
    return samples.map(({ id, group }) => {
      const name = clusterName(id, group);
      const known = this.#clusters.get(name);
      if (known !== undefined) return known;
      this.#clusters.set(name, this.#clusters.size);
      return this.#clusters.size - 1;
    });
  }

  /** What a metric is computed from, prompt by prompt; none of metrics that are no ratio of sums. */
  observations(key: MetricKey, seed: number): Observation[] {
    return this.#entries
      .filter(entry => entry.key === key)
      .flatMap(({ language, samples, tops, bottoms }) =>
        samples.flatMap(({ id, group }, i) => {
          const weight = bottoms[i] ?? 0;
          if (weight === 0) return [];
          const value = (tops[i] ?? 0) / weight;
          return {
            cluster: id,
            ...(group !== undefined && { group }),
            stratum: language,
            seed,
            value,
            weight,
          };
        }),
      );
  }

  /** For one metric of one language, the same for the same evaluation. */
  random(language: string, key: MetricKey): Random {
    return seededRandom("bootstrap", this.#seed, language, key);
  }

  #interval({ language, key, samples, passes, clusters, tops, bottoms }: Entry): readonly [number, number] {
    const grouped = samples.some(({ group }) => group !== undefined);
    if (passes === null)
      return ratioInterval({
        numerators: tops,
        denominators: bottoms,
        ...(grouped && { clusters }),
        ...(isRate(key) && { range: [0, 1] }),
      });
    return grouped
      ? groupedRateInterval(passes, clusters)
      : bootstrapRate(passes, this.random(language, key), this.resamples);
  }

  #correlations(): Partial<Record<MetricKey, LanguageCorrelations>> | null {
    const correlations: Partial<Record<MetricKey, LanguageCorrelations>> = {};
    let some = false;
    for (const key of new Set(this.#entries.map(entry => entry.key))) {
      const own = this.#entries.filter(entry => entry.key === key);
      if (own.length < 2) continue;
      const pairs = languageCorrelations(own, this.#clusters.size);
      correlations[key] = {
        languages: own.map(entry => entry.language),
        pairs: pairs.map(value => Math.round(value * digits) / digits),
      };
      some = true;
    }
    return some ? correlations : null;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
