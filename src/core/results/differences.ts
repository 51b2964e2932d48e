// Compares each mixture with a chosen one: differences over the same prompts, with their tests.

import { untunedName } from "../mixture/mixtureFile.ts";
import { isRate } from "../records/metricsRecord.ts";
import type { MetricKey, SampleRecord } from "../records/records.ts";
import { metricTable } from "../scoring/score.ts";
import { type Difference, sortedDifference } from "../statistics/clustered.ts";
import { holm } from "../statistics/holm.ts";
import { type Observation, ofStrata, sorted } from "../statistics/observations.ts";
import { comparableRows, type ResultsTable } from "./resultsTable.ts";

/** Significance level: a corrected p below it counts as a difference. */
export const differenceLevel = 0.05;

/** A mixture with the samples of each of its seeds. */
export interface SampledMixture {
  readonly mixture: string;
  readonly runs: readonly { readonly seed: number; readonly samples: readonly SampleRecord[] }[];
}

/** Value of a mixture minus that of the reference mixture; rates are shares, not percentage points. */
export interface MetricDifference extends Difference {
  /** Holm-corrected p over all languages of the table, or over all its means. */
  readonly adjusted: number;
}

interface MixtureDifferences {
  readonly mixture: string;
  /** Only the languages in which both mixtures share prompts. */
  readonly languages: Readonly<Record<string, MetricDifference>>;
  /**
   * Over all scored languages, and over all but the base language; null when the mixture lacks one of them.
   */
  readonly mean: MetricDifference | null;
  readonly meanOthers: MetricDifference | null;
  /** Number of prompts left out: only one of the mixtures has them, or their texts differ under one id. */
  readonly unmatched: number;
}

export interface DifferencesTable {
  readonly metric: MetricKey;
  /** Name of the mixture that the others are compared with. */
  readonly against: string;
  readonly languages: readonly string[];
  readonly rows: readonly MixtureDifferences[];
}

/**
 * Returns the default mixture to compare with: the one tuned on the base language alone, otherwise the
 * untuned model, otherwise the first. Null when the table has fewer than two scored mixtures.
 */
export function comparisonBase(table: ResultsTable): string | null {
  const { baseLanguage } = table;
  const scored = comparableRows(table).filter(row => Object.keys(row.cells).length > 0);
  if (table.rows.filter(row => Object.keys(row.cells).length > 0).length < 2) return null;
  const alone = scored.find(({ counts }) => {
    const tunedOn = Object.keys(counts).filter(language => (counts[language] ?? 0) > 0);
    return tunedOn.length === 1 && tunedOn[0] === baseLanguage;
  });
  return (alone ?? scored.find(row => row.mixture === untunedName) ?? scored[0])?.mixture ?? null;
}

export interface CompareOptions {
  readonly metric: MetricKey;
  readonly against: string;
  readonly languages: readonly string[];
  /** Language left out of `meanOthers`. */
  readonly baseLanguage?: string;
}

/** Returns null when the mixture to compare with has no samples. */
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
  // A language that cannot be identified has no rates in any mixture: means skip it, as in the results table.
  const scored = new Set([...observations.values()].flat().map(({ stratum }) => stratum));
  const theirPrompts = promptsOf(other);
  const theirSorted = sorted(theirs);
  const range = isRate(metric) ? { range: [0, 1] as const } : {};
  const others = languages.filter(language => language !== baseLanguage);
  const compared = mixtures
    .filter(({ mixture, runs }) => mixture !== against && runs.length > 0)
    .map((row): Compared => {
      const ownPrompts = promptsOf(row);
      const unmatched = unmatchedPrompts(ownPrompts, theirPrompts);
      const isCommon = ({ stratum, cluster }: Observation): boolean => {
        const prompt = ownPrompts.get(stratum)?.get(cluster);
        return prompt !== undefined && prompt === theirPrompts.get(stratum)?.get(cluster);
      };
      const all = observations.get(row) ?? [];
      const own = sorted(unmatched === 0 ? all : all.filter(isCommon));
      const baseline = unmatched === 0 ? theirSorted : sorted(theirs.filter(isCommon));
      const over = (wanted: readonly string[]): Difference | null =>
        sortedDifference(ofStrata(own, wanted), ofStrata(baseline, wanted), {
          ...range,
          ...(row.mixture === untunedName && { untuned: "a" }),
          ...(against === untunedName && { untuned: "b" }),
        });
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

/** Prompt texts by language, then by id. */
type Prompts = ReadonlyMap<string, ReadonlyMap<string, string>>;

function promptsOf({ runs }: SampledMixture): Prompts {
  const prompts = new Map<string, Map<string, string>>();
  for (const { samples } of runs)
    for (const { language, id, prompt } of samples) {
      const own = prompts.get(language);
      if (own === undefined) prompts.set(language, new Map([[id, prompt]]));
      else own.set(id, prompt);
    }
  return prompts;
}

/** Counts the ids that only one of the two has, or that have different texts. */
function unmatchedPrompts(a: Prompts, b: Prompts): number {
  let unmatched = 0;
  for (const language of new Set([...a.keys(), ...b.keys()])) {
    const [own, other] = [a.get(language) ?? new Map(), b.get(language) ?? new Map()];
    let common = 0;
    let both = 0;
    for (const [id, prompt] of own) {
      const theirs = other.get(id);
      if (theirs !== undefined) both++;
      if (theirs === prompt) common++;
    }
    unmatched += own.size + other.size - both - common;
  }
  return unmatched;
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
 * Corrects languages and means separately, because they answer different questions: a table of twelve
 * languages would otherwise drown its own summary.
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
