// Reads the parts of a report other than scores from run folders: studies, side-by-side tables, method, lock
// and limits.

import { dirname, join } from "node:path";
import { shownName } from "../../common/shownName.ts";
import { messageAndRemedy } from "../../common/systemErrors.ts";
import { markBaselines } from "../../core/comparison/markBaselines.ts";
import type { ComparisonRecord } from "../../core/records/comparison.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { comparisonTables } from "../../core/report/reportComparisons.ts";
import { dataLimits, reportLimits } from "../../core/report/reportLimits.ts";
import { lockTable, methodTable } from "../../core/report/reportLock.ts";
import { ratesLimits, ratesTable } from "../../core/report/reportRates.ts";
import { stopsTable } from "../../core/report/reportStops.ts";
import type { ReportOptions } from "../../core/report/reportText.ts";
import type { SampledMixture } from "../../core/results/differences.ts";
import { comparableRows, type ResultsTable, type RunSummary } from "../../core/results/resultsTable.ts";
import type { StudyMixture } from "../../core/study/recognise.ts";
import { metricBook, type ScoreBook, type ScoredRun } from "../../core/study/scoreBook.ts";
import { type ReadComparison, sideBySideBooks } from "../../core/study/sideBySideBooks.ts";
import { studyResults } from "../../core/study/studyResults.ts";
import { isRunMadeHere, readRunRecord } from "../files/runFolder.ts";
import { comparisonsIn, readComparison } from "../files/verdictFiles.ts";

export type ReportParts = Required<
  Pick<ReportOptions, "studies" | "comparisons" | "method" | "rates" | "stops" | "lock" | "limits">
>;

/**
 * @param shown Runs in the rows of the table
 * @param folderOf Path of each run folder by name
 */
export function reportParts(
  table: ResultsTable,
  shown: readonly RunSummary[],
  sampled: readonly SampledMixture[],
  folderOf: ReadonlyMap<string, string>,
): ReportParts {
  const inside = new Set(comparableRows(table).flatMap(row => row.runs.map(({ folder }) => folder)));
  const ofExperiment = shown.filter(({ folder }) => inside.has(folder));
  const records = ofExperiment.map(({ record }) => record);
  const read = new Map<string, RunRecord | undefined>();
  const compared = ofExperiment.flatMap(({ folder }) => {
    const path = folderOf.get(folder);
    return path === undefined ? [] : [comparisonsOf(folder, path, read)];
  });
  const comparisons = compared.flatMap(each => each.comparisons);
  const ofAll: readonly ComparisonRecord[] = comparisons.map(({ record }) => record);
  const models = [...new Set(records.map(({ configuration }) => shownName(configuration.model)))];
  return {
    studies: studyResults(
      studyMixtures(table, ofExperiment),
      table.languages,
      booksOf(ofExperiment, sampled, comparisons),
    ),
    comparisons: comparisonTables(
      comparisons,
      table.rows.map(({ mixture }) => mixture),
    ),
    method: methodTable(records),
    rates: ratesTable(records),
    stops: stopsTable(records),
    lock: lockTable(shown.map(({ record }) => record)),
    limits: [
      ...madeElsewhere(ofExperiment, folderOf, compared),
      ...compared.flatMap(({ leftOut }) => leftOut),
      ...dataLimits(records),
      ...ratesLimits(records),
      ...reportLimits(table, ofAll, models, sampled),
    ],
  };
}

/**
 * Comparisons, marked if their baseline is of another experiment. Unusable ones are excluded and named.
 * @param read Contents of run folders read so far.
 */
function comparisonsOf(
  run: string,
  folder: string,
  read: Map<string, RunRecord | undefined>,
): {
  readonly comparisons: readonly ReadComparison[];
  readonly leftOut: readonly string[];
  /** Comparisons made by other installations, by run and judge. */
  readonly foreign: readonly string[];
} {
  const recordOf = (name: string): RunRecord | undefined => {
    const path = join(dirname(folder), name);
    if (!read.has(path)) read.set(path, recordIn(path));
    return read.get(path);
  };
  const leftOut: string[] = [];
  const foreign: string[] = [];
  const comparisons = comparisonsIn(folder).flatMap(slug => {
    try {
      const one = readComparison(folder, slug);
      if (!one.madeHere) foreign.push(`${run} (${one.slug})`);
      return [{ ...one, record: markBaselines(one.record, recordOf) }];
    } catch (error) {
      const why = messageAndRemedy(error);
      leftOut.push(`A comparison of ${run} is left out. ${why.replaceAll(folder, run)}`);
      return [];
    }
  });
  return { comparisons, leftOut, foreign };
}

/** Contents of other people's folders are shown and attributed to them. */
function madeElsewhere(
  runs: readonly RunSummary[],
  folderOf: ReadonlyMap<string, string>,
  compared: readonly { readonly foreign: readonly string[] }[],
): string[] {
  const names = runs.flatMap(({ folder }) => {
    const path = folderOf.get(folder);
    return path === undefined || isRunMadeHere(path) ? [] : [folder];
  });
  const foreign = compared.flatMap(one => one.foreign);
  return [
    ...(names.length === 0
      ? []
      : [
          `Not made here, or by an earlier version of Pinch: ${names.join(", ")}. What these folders say of their responses and scores is taken at its word.`,
        ]),
    ...(foreign.length === 0
      ? []
      : [
          `Not compared here, or by an earlier version: ${foreign.join(", ")}. Their verdicts are taken at their word.`,
        ]),
  ];
}

function recordIn(folder: string): RunRecord | undefined {
  try {
    return readRunRecord(folder);
  } catch {
    return undefined; // It no longer exists.
  }
}

/**
 * Mixtures of a single experiment: rows of others, the untuned model and responses generated elsewhere are
 * not points of a study.
 */
function studyMixtures(table: ResultsTable, shown: readonly RunSummary[]): StudyMixture[] {
  const recordOf = new Map(shown.map(({ folder, record }) => [folder, record]));
  return comparableRows(table).flatMap(({ mixture, runs, counts, cells }): StudyMixture[] => {
    const { form, budget } = recordOf.get(runs[0]?.folder ?? "")?.configuration ?? {};
    if (form == null || budget === undefined || Object.keys(cells).length === 0) return [];
    return [{ mixture, form, counts, budget }];
  });
}

function booksOf(
  shown: readonly RunSummary[],
  sampled: readonly SampledMixture[],
  comparisons: readonly ReadComparison[],
): ScoreBook[] {
  const runs = sampled.flatMap(({ mixture, runs: own }): ScoredRun[] =>
    own.map(({ seed, samples }) => ({ mixture, seed, samples })),
  );
  const recordOf = new Map(shown.map(({ folder, record }) => [folder, record]));
  return [
    ...[metricBook("followed", runs)].flatMap(book => book ?? []),
    ...sideBySideBooks(comparisons, folder => recordOf.get(folder), runs),
    ...[metricBook("language", runs)].flatMap(book => book ?? []),
  ];
}
