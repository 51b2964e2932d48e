// What each mixture does better or worse than a chosen one: differences over the same prompts, with their tests.
import { metricTable } from "../evaluation/score.ts";
import { baseMixtureName, type MetricKey, type SampleRecord } from "../run/records.ts";
import { clusteredDifference, type Difference, type Observation } from "../statistics/clustered.ts";
import { holm } from "../statistics/holm.ts";
import { isRate } from "./combine.ts";
import { comparableRows, type ResultsTable } from "./resultsTable.ts";

/** Below this a corrected p counts as a difference. */
export const differenceLevel = 0.05;

/** A mixture with the samples of each of its seeds. */
export interface SampledMixture {
  readonly mixture: string;
  readonly runs: readonly { readonly seed: number; readonly samples: readonly SampleRecord[] }[];
}

/** Of the mixture less that of the one compared with; rates as a share, not in points. */
export interface MetricDifference extends Difference {
  /** p for all languages of the table, or for all its means, by Holm's method. */
  readonly adjusted: number;
}

export interface MixtureDifferences {
  readonly mixture: string;
  /** Only languages in which both have prompts in common. */
  readonly languages: Readonly<Record<string, MetricDifference>>;
  /** Over all languages with a score, and over all but the base language; null where the mixture misses one of them. */
  readonly mean: MetricDifference | null;
  readonly meanOthers: MetricDifference | null;
  /** Prompts that only one of the two answered, or that differ under one id: left out. */
  readonly unmatched: number;
}

export interface DifferencesTable {
  readonly metric: MetricKey;
  /** The mixture that the others are compared with. */
  readonly against: string;
  readonly languages: readonly string[];
  readonly rows: readonly MixtureDifferences[];
}

/**
 * What the mixtures of a table are compared with unless somebody chooses: the one tuned on the base language alone, else
 * the untuned model, else the first. null where there are fewer than two to compare.
 */
export function comparisonBase(table: ResultsTable): string | null {
  const { baseLanguage } = table;
  const scored = comparableRows(table).filter(row => Object.keys(row.cells).length > 0);
  if (table.rows.filter(row => Object.keys(row.cells).length > 0).length < 2) return null;
  const alone = scored.find(({ counts }) => {
    const tunedOn = Object.keys(counts).filter(language => (counts[language] ?? 0) > 0);
    return tunedOn.length === 1 && tunedOn[0] === baseLanguage;
  });
  return (alone ?? scored.find(row => row.mixture === baseMixtureName) ?? scored[0])?.mixture ?? null;
}

export interface CompareOptions {
  readonly metric: MetricKey;
  readonly against: string;
  readonly languages: readonly string[];
  /** Left out of `meanOthers`. */
  readonly baseLanguage?: string;
}

/** null where the mixture to compare with has no samples. */
export function compareRows(
  mixtures: readonly SampledMixture[],
  options: CompareOptions,
): DifferencesTable | null {
  const { metric, against, languages, baseLanguage } = options;
  const other = mixtures.find(({ mixture }) => mixture === against);
  if (other === undefined) return null;
  const observations = new Map(mixtures.map(each => [each, observationsOf(each, metric)]));
  const theirs = observations.get(other) ?? [];
  if (theirs.length === 0) return null;
  // A language that can't be identified has no rates, in no mixture: means are over the others, as in the table.
  const scored = new Set([...observations.values()].flat().map(({ stratum }) => stratum));
  const theirPrompts = promptsOf(other);
  const others = languages.filter(language => language !== baseLanguage);
  const compared = mixtures
    .filter(({ mixture, runs }) => mixture !== against && runs.length > 0)
    .map((row): Compared => {
      const { common, unmatched } = commonPrompts(promptsOf(row), theirPrompts);
      const isCommon = ({ stratum, cluster }: Observation): boolean =>
        common.has(promptKey(stratum, cluster));
      const own = (observations.get(row) ?? []).filter(isCommon);
      const baseline = theirs.filter(isCommon);
      const over = (wanted: readonly string[]): Difference | null => {
        const isWanted = ({ stratum }: Observation): boolean => wanted.includes(stratum);
        return clusteredDifference(own.filter(isWanted), baseline.filter(isWanted), {
          ...(isRate(metric) && { range: [0, 1] }),
          ...(row.mixture === baseMixtureName && { untuned: "a" }),
          ...(against === baseMixtureName && { untuned: "b" }),
        });
      };
      const cells = new Map<string, Difference>();
      for (const language of languages) {
        const cell = over([language]);
        if (cell !== null) cells.set(language, cell);
      }
      const mean = (all: readonly string[]): Difference | null => {
        const wanted = all.filter(language => scored.has(language));
        return wanted.length > 0 && wanted.every(language => cells.has(language)) ? over(wanted) : null;
      };
      return {
        mixture: row.mixture,
        cells,
        mean: mean(languages),
        meanOthers: others.length === languages.length ? null : mean(others),
        unmatched,
      };
    });
  return { metric, against, languages, rows: adjusted(compared) };
}

function promptKey(language: string, id: string): string {
  return `${language}\u0000${id}`;
}

function promptsOf({ runs }: SampledMixture): Map<string, string> {
  return new Map(
    runs.flatMap(({ samples }) =>
      samples.map(({ language, id, prompt }) => [promptKey(language, id), prompt] as const),
    ),
  );
}

function commonPrompts(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): { readonly common: ReadonlySet<string>; readonly unmatched: number } {
  const common = new Set([...a].flatMap(([key, prompt]) => (b.get(key) === prompt ? [key] : [])));
  return { common, unmatched: new Set([...a.keys(), ...b.keys()]).size - common.size };
}

function observationsOf({ runs }: SampledMixture, metric: MetricKey): Observation[] {
  return runs.flatMap(({ seed, samples }) => metricTable(samples, metric).observations(metric, seed));
}

interface Compared {
  readonly mixture: string;
  readonly cells: ReadonlyMap<string, Difference>;
  readonly mean: Difference | null;
  readonly meanOthers: Difference | null;
  readonly unmatched: number;
}

/**
 * The means answer one question and the languages another, so that each kind is corrected by itself: a table of twelve
 * languages would else drown its own summary.
 */
function adjusted(rows: readonly Compared[]): MixtureDifferences[] {
  const corrected = new Map<Difference, number>();
  const families = [
    rows.flatMap(({ cells }) => [...cells.values()]),
    rows.flatMap(({ mean, meanOthers }) => [mean ?? [], meanOthers ?? []].flat()),
  ];
  for (const family of families) {
    const values = holm(family.map(({ p }) => p));
    family.forEach((one, i) => {
      corrected.set(one, values[i] ?? 1);
    });
  }
  const withAdjusted = (one: Difference): MetricDifference => ({ ...one, adjusted: corrected.get(one) ?? 1 });
  return rows.map(({ mixture, cells, mean, meanOthers, unmatched }) => ({
    mixture,
    languages: Object.fromEntries([...cells].map(([language, cell]) => [language, withAdjusted(cell)])),
    mean: mean === null ? null : withAdjusted(mean),
    meanOthers: meanOthers === null ? null : withAdjusted(meanOthers),
    unmatched,
  }));
}
