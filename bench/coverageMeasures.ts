// Which of Pinch's intervals hold the truth of a made-up study, and which of its tests call out where there is nothing.
import { MetricTable } from "../src/core/evaluation/metricTable.ts";
import { meanOverLanguages, meanOverSeeds } from "../src/core/results/combine.ts";
import { compareRows, differenceLevel, type MetricDifference } from "../src/core/results/differences.ts";
import type { MetricsRecord, MetricValue, SampleRecord } from "../src/core/run/records.ts";
import { clusteredMean } from "../src/core/statistics/clustered.ts";
import { madeUpStudy, type StudyShape } from "./coverageStudies.ts";

/** What is measured, in the order of the columns; the first kind should be 95 of 100, the second 5 at most. */
export const coverages = [
  "language (table)",
  "mean (table)",
  "mean (studies)",
  "likelihood",
  "difference, language",
  "difference, mean",
] as const;
export const alarms = ["p < 0.05, language", "p < 0.05, mean", "any star"] as const;

export type Measure = (typeof coverages)[number] | (typeof alarms)[number];

interface Count {
  hits: number;
  of: number;
}

export type Shares = ReadonlyMap<Measure, number>;

/** In per cent, over `studies` studies; the same for the same arguments. */
export function measure(shape: StudyShape, studies: number, key: string): Shares {
  const counts = new Map<Measure, Count>();
  for (let study = 0; study < studies; study++) addStudy(counts, shape, `${key} ${study}`);
  return new Map([...counts].map(([name, { hits, of }]) => [name, (100 * hits) / of]));
}

function addStudy(counts: Map<Measure, Count>, shape: StudyShape, key: string): void {
  const count = (measure: Measure, holds: boolean): void => {
    const own = counts.get(measure) ?? { hits: 0, of: 0 };
    own.hits += Number(holds);
    own.of++;
    counts.set(measure, own);
  };
  const { mixtures, rate, ofModels, likelihood } = madeUpStudy(shape, 2, key);
  const languages = Array.from({ length: shape.languages }, (_, l) => `l${l}`);
  const [first = [], second = []] = mixtures;
  // One run can't tell of other seeds: there the truth is that of its model.
  const truthOf = (mixture: number, l: number): number =>
    shape.seeds === 1 ? (ofModels[mixture]?.[0]?.[l] ?? rate) : rate;
  const meanTruth = (mixture: number): number =>
    languages.reduce((sum, _, l) => sum + truthOf(mixture, l) / languages.length, 0);

  const records = first.map(samples => recordOf(languages, samples));
  languages.forEach((language, l) => {
    const values = records.flatMap(record => record.languages[language]?.followed ?? []);
    count("language (table)", holds(meanOverSeeds("followed", values), truthOf(0, l)));
    if (shape.seeds > 1) return;
    const [nll] = records.flatMap(record => record.languages[language]?.nll ?? []);
    count("likelihood", holds(nll ?? null, likelihood));
  });
  const ofRuns = records.flatMap(
    record =>
      meanOverLanguages(
        "followed",
        languages.flatMap(language => {
          const value = record.languages[language]?.followed;
          return value === undefined ? [] : { language, value };
        }),
        record.correlations?.followed,
      ) ?? [],
  );
  count("mean (table)", holds(meanOverSeeds("followed", ofRuns), meanTruth(0)));
  const observations = first.flatMap((samples, seed) =>
    samples.map(({ id, group, language, outcome }) => ({
      cluster: id,
      ...(group !== undefined && { group }),
      stratum: language,
      seed,
      value: outcome === "followed" ? 1 : 0,
    })),
  );
  count("mean (studies)", holds(clusteredMean(observations, { range: [0, 1] }), meanTruth(0)));

  const table = compareRows(
    [first, second].map((runs, m) => ({
      mixture: `m${m}`,
      runs: runs.map((samples, seed) => ({ seed, samples })),
    })),
    { metric: "followed", against: "m0", languages },
  );
  const [row] = table?.rows ?? [];
  if (row === undefined) return;
  const differs = (l: number): number => truthOf(1, l) - truthOf(0, l);
  languages.forEach((language, l) => {
    const difference = row.languages[language];
    if (difference === undefined) return;
    count("difference, language", holds(difference, differs(l)));
  });
  count("difference, mean", holds(row.mean, meanTruth(1) - meanTruth(0)));
  // A test asks whether there is no difference at all: of one seed, models differ, and the test may say so.
  if (shape.seeds === 1 && shape.seedShared + shape.seedLanguage > 0) return;
  const cells = Object.values(row.languages);
  for (const { p } of cells) count("p < 0.05, language", p < differenceLevel);
  count("p < 0.05, mean", (row.mean?.p ?? 1) < differenceLevel);
  count(
    "any star",
    cells.some(({ adjusted }: MetricDifference) => adjusted < differenceLevel),
  );
}

function recordOf(languages: readonly string[], samples: readonly SampleRecord[]): MetricsRecord {
  const table = new MetricTable(languages);
  for (const language of languages) {
    const own = samples.filter(sample => sample.language === language);
    table.rate(language, "followed", own, ({ outcome }) => outcome === "followed");
    table.ratio(
      language,
      "nll",
      own,
      ({ nll, nllTokens }) => (nll ?? 0) * nllTokens,
      ({ nllTokens }) => nllTokens,
    );
  }
  return table.record();
}

function holds(value: Pick<MetricValue, "interval"> | null, truth: number): boolean {
  return value !== null && value.interval[0] <= truth && truth <= value.interval[1];
}
