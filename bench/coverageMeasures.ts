// Checks which of Pinch's intervals contain the truth of a simulated study, and which tests are wrong.

import type { MetricsRecord, SampleRecord } from "../src/core/records/records.ts";
import { compareRows, differenceLevel, type MetricDifference } from "../src/core/results/differences.ts";
import { meanOverLanguages, meanOverSeeds } from "../src/core/scoring/combine.ts";
import { MetricTable } from "../src/core/scoring/metricTable.ts";
import { clusteredMean } from "../src/core/statistics/clustered.ts";
import { ClusterNumbers } from "../src/core/statistics/clusterNumbers.ts";
import type { MetricValue } from "../src/core/statistics/estimate.ts";
import { ratioInterval } from "../src/core/statistics/ratioInterval.ts";
import { shareInterval } from "../src/core/statistics/shareInterval.ts";
import { type MadeUpStudy, Studies, type StudyShape } from "./coverageStudies.ts";

/** Measures in the order of the columns: the first kind should be 95 %, the second at most 5 %. */
export const coverages = [
  "language (table)",
  "mean (table)",
  "mean (studies)",
  "side by side",
  "likelihood",
  "difference, language",
  "difference, mean",
] as const;
export const alarms = ["p < 0.05, language", "p < 0.05, mean", "any star"] as const;

export type Measure = (typeof coverages)[number] | (typeof alarms)[number];

export interface Share {
  /** In percent. */
  readonly value: number;
  /** Standard error over studies, because the several results of one study vary together. */
  readonly error: number;
}

export interface Measured {
  readonly studies: number;
  readonly shares: ReadonlyMap<Measure, Share>;
}

/**
 * Number of studies: enough for this standard error of every share, in percentage points, within the bounds.
 */
export interface Precision {
  readonly error: number;
  readonly least: number;
  readonly most: number;
}

const between = 20; // number of studies between two checks of the errors

/** Deterministic: the same arguments give the same result. */
export function measure(shape: StudyShape, key: string, { error, least, most }: Precision): Measured {
  const studies = new Studies(shape);
  const tallies = new Map<Measure, Tally>();
  for (let count = 1; ; count++) {
    for (const [name, held] of ofStudy(studies, `${key} ${count}`)) {
      const tally = tallies.get(name) ?? new Tally();
      tallies.set(name, tally);
      tally.add(held);
    }
    const isPrecise =
      count >= least && count % between === 0 && [...tallies.values()].every(one => one.error <= error);
    if (count < most && !isPrecise) continue;
    return {
      studies: count,
      shares: new Map([...tallies].map(([name, { value, error: own }]) => [name, { value, error: own }])),
    };
  }
}

/** Collects one share for each study. */
class Tally {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(held: readonly boolean[]): void {
    const share = (100 * held.filter(Boolean).length) / held.length;
    this.#count++;
    this.#sum += share;
    this.#squares += share * share;
  }

  get value(): number {
    return this.#sum / this.#count;
  }

  get error(): number {
    const variance = this.#squares / this.#count - this.value ** 2;
    return Math.sqrt(Math.max(0, variance) / (this.#count - 1));
  }
}

function ofStudy(studies: Studies, key: string): Map<Measure, boolean[]> {
  const { shape, languages } = studies;
  const study = studies.draw(2, key);
  const held = new Map<Measure, boolean[]>();
  const count = (measure: Measure, ...more: boolean[]): void => {
    held.set(measure, [...(held.get(measure) ?? []), ...more]);
  };
  // A single run says nothing about other seeds: the truth is then that of its model.
  const truthOf = (mixture: number, l: number): number =>
    shape.seeds === 1 ? (study.ofModels[mixture]?.[0]?.[l] ?? shape.rate) : shape.rate;
  const meanTruth = (mixture: number): number =>
    languages.reduce((sum, _, l) => sum + truthOf(mixture, l) / languages.length, 0);
  for (const [m, runs] of study.mixtures.entries()) {
    const records = runs.map(samples => recordOf(languages, samples));
    for (const [l, language] of languages.entries()) {
      const values = records.flatMap(record => record.languages[language]?.followed ?? []);
      count("language (table)", holds(meanOverSeeds("followed", values), truthOf(m, l)));
    }
    if (languages.length > 1) {
      count("mean (table)", holds(meanOverSeeds("followed", meansOf(records, languages)), meanTruth(m)));
      count("mean (studies)", holds(clusteredMean(observationsOf(runs), { range: [0, 1] }), meanTruth(m)));
    }
  }
  if (shape.seeds === 1) {
    for (const l of languages.keys()) {
      const truth = 0.5 + (truthOf(1, l) - truthOf(0, l)) / 2;
      count("side by side", holds(sideBySide(study, languages[l] ?? ""), truth));
      count("likelihood", holds(likelihoodOf(study, l), studies.likelihood));
    }
  }
  differences(study, studies, truthOf, meanTruth, count);
  return held;
}

function differences(
  study: MadeUpStudy,
  { shape, languages }: Studies,
  truthOf: (mixture: number, l: number) => number,
  meanTruth: (mixture: number) => number,
  count: (measure: Measure, ...held: boolean[]) => void,
): void {
  const table = compareRows(
    study.mixtures.map((runs, m) => ({
      mixture: `m${m}`,
      runs: runs.map((samples, seed) => ({ seed, samples })),
    })),
    { metric: "followed", against: "m0", languages },
  );
  const row = table?.rows[0];
  if (row === undefined) return;
  for (const [l, language] of languages.entries()) {
    const difference = row.languages[language];
    if (difference !== undefined)
      count("difference, language", holds(difference, truthOf(1, l) - truthOf(0, l)));
  }
  if (languages.length > 1) count("difference, mean", holds(row.mean, meanTruth(1) - meanTruth(0)));
  // The null hypothesis is no difference at all: with one seed, models differ, and tests may be significant.
  if (shape.seeds === 1 && shape.seedShared + shape.seedLanguage > 0) return;
  const cells = Object.values(row.languages);
  count("p < 0.05, language", ...cells.map(({ p }) => p < differenceLevel));
  if (languages.length > 1) count("p < 0.05, mean", (row.mean?.p ?? 1) < differenceLevel);
  const isStar = ({ adjusted }: MetricDifference): boolean => adjusted < differenceLevel;
  if (languages.length > 1) count("any star", cells.some(isStar));
}

function recordOf(languages: readonly string[], samples: readonly SampleRecord[]): MetricsRecord {
  const table = new MetricTable(languages);
  const each = samples.length / languages.length;
  for (const [l, language] of languages.entries())
    table.rate(
      language,
      "followed",
      samples.slice(l * each, (l + 1) * each),
      ({ outcome }) => outcome === "followed",
    );
  return table.record();
}

function meansOf(records: readonly MetricsRecord[], languages: readonly string[]): MetricValue[] {
  return records.flatMap(({ languages: cells, correlations }) => {
    const values = languages.flatMap(language => {
      const value = cells[language]?.followed;
      return value === undefined ? [] : { language, value };
    });
    return meanOverLanguages("followed", values, correlations?.followed) ?? [];
  });
}

function observationsOf(runs: readonly (readonly SampleRecord[])[]) {
  return runs.flatMap((samples, seed) =>
    samples.map(({ id, group, language, outcome }) => ({
      cluster: id,
      ...(group !== undefined && { group }),
      stratum: language,
      seed,
      value: outcome === "followed" ? 1 : 0,
    })),
  );
}

/** Compares the only runs of both mixtures with the rule judge: a pass beats a fail. */
function sideBySide({ mixtures }: MadeUpStudy, language: string): Pick<MetricValue, "interval"> {
  const [first = [], second = []] = mixtures.map(([only = []]) =>
    only.filter(sample => sample.language === language),
  );
  const clusters = new ClusterNumbers();
  const worth = second.map(
    ({ outcome }, i) => 0.5 + (Number(outcome === "followed") - Number(first[i]?.outcome === "followed")) / 2,
  );
  return {
    interval: shareInterval(
      worth,
      second.map(sample => clusters.of(sample)),
    ),
  };
}

function likelihoodOf({ likelihoods }: MadeUpStudy, l: number): Pick<MetricValue, "interval"> {
  const own = likelihoods[l] ?? [];
  return {
    interval: ratioInterval({
      numerators: own.map(({ nats, tokens }) => nats * tokens),
      denominators: own.map(({ tokens }) => tokens),
    }),
  };
}

function holds(value: Pick<MetricValue, "interval"> | null, truth: number): boolean {
  return value !== null && value.interval[0] <= truth && truth <= value.interval[1];
}
