// What a report is made of, read from run folders: table, samples, differences, studies.
import { suggestion } from "../../common/didYouMean.ts";
import { HumanError } from "../../common/errors.ts";
import { apartLines } from "../../core/results/apart.ts";
import { buildResults } from "../../core/results/buildResults.ts";
import {
  compareRows,
  comparisonBase,
  type DifferencesTable,
  type SampledMixture,
} from "../../core/results/differences.ts";
import { leadingMetric } from "../../core/results/format.ts";
import type { ReportOptions } from "../../core/results/reportText.ts";
import type { ResultsRow, ResultsTable, RunSummary } from "../../core/results/resultsTable.ts";
import { type Experiment, experimentOf, experimentsOf } from "../../core/run/experiments.ts";
import type { MetricKey, RunRecord, SampleRecord } from "../../core/run/records.ts";
import { readRunSummary, readSamples } from "../files/runFolder.ts";
import { reportParts } from "./reportParts.ts";

export interface ReportScope {
  /** Mixture that the others are compared with; null: the one tuned on the base language alone. */
  readonly against: string | null;
  /** Languages that take part; absent: all. */
  readonly languages?: readonly string[] | null;
  /** Name of a run folder whose experiment it is, or those of all its run folders; absent: the newest. */
  readonly experiment?: string | readonly string[] | null;
  /** Runs of other experiments are in the table too, and say so. */
  readonly together?: boolean;
}

export interface AssembledReport {
  readonly table: ResultsTable;
  /** Of the first run of each mixture. */
  readonly samples: ReadonlyMap<string, readonly SampleRecord[]>;
  readonly options: ReportOptions;
  /** Of all run folders, newest first. */
  readonly experiments: readonly Experiment<RunSummary>[];
  /** The one that the report is about. */
  readonly experiment: Experiment<RunSummary>;
}

/** null without a run folder. */
export function assembleReport(folders: readonly string[], scope: ReportScope): AssembledReport | null {
  const read = readScope(folders, scope);
  if (read === null) return null;
  const { experiments, experiment, table, shown, sampled, folderOf } = read;
  const samples = new Map(
    sampled.flatMap(({ mixture, runs: [first] }) => (first ? [[mixture, first.samples] as const] : [])),
  );
  return {
    table,
    samples,
    experiments,
    experiment,
    options: {
      generated: new Date().toISOString().slice(0, 16).replace("T", " "),
      facts: facts(shown),
      differences: differencesOf(table, sampled, scope.against, leadingMetric(table)),
      ...reportParts(table, shown, sampled, folderOf),
      apart: scope.together === true ? [] : apartLines(experiments, experiment),
    },
  };
}

/** Of mixtures against one of them; null without that one's samples. */
export function assembleDifferences(
  folders: readonly string[],
  scope: ReportScope & {
    readonly metric: MetricKey;
    /** Rows of the table that take part; null: all. */
    readonly rows?: readonly string[] | null;
  },
): DifferencesTable | null {
  const read = readScope(folders, scope);
  return read === null ? null : differencesOf(read.table, read.sampled, scope.against, scope.metric);
}

interface Read {
  readonly experiments: readonly Experiment<RunSummary>[];
  readonly experiment: Experiment<RunSummary>;
  readonly table: ResultsTable;
  readonly shown: readonly RunSummary[];
  readonly sampled: readonly SampledMixture[];
  /** Path by name of the run folder. */
  readonly folderOf: ReadonlyMap<string, string>;
}

function readScope(
  folders: readonly string[],
  scope: ReportScope & { readonly rows?: readonly string[] | null },
): Read | null {
  const languages = scope.languages ?? null;
  const folderOf = new Map<string, string>();
  const summaries = folders.map(folder => {
    const summary = within(readRunSummary(folder), languages);
    folderOf.set(summary.folder, folder);
    return summary;
  });
  const experiments = experimentsOf(summaries);
  const experiment = wantedExperiment(experiments, summaries, scope.experiment ?? null);
  if (experiment === undefined) return null;
  const own = new Set(experiment.runs.map(({ folder }) => folder));
  const table = buildResults(scope.together === true ? summaries : experiment.runs, own);
  const inTable = new Set(table.rows.flatMap(row => row.runs.map(run => run.folder)));
  const rows = scope.rows ?? null;
  const taking = rows === null ? table.rows : table.rows.filter(({ mixture }) => rows.includes(mixture));
  const sampled = sampledMixtures(taking, folderOf).map(mixture => ({
    ...mixture,
    runs: mixture.runs.map(run => ({
      ...run,
      samples:
        languages === null ? run.samples : run.samples.filter(({ language }) => languages.includes(language)),
    })),
  }));
  const shown = summaries.filter(({ folder }) => inTable.has(folder));
  return { experiments, experiment, table, shown, sampled, folderOf };
}

function wantedExperiment(
  experiments: readonly Experiment<RunSummary>[],
  summaries: readonly RunSummary[],
  folder: string | readonly string[] | null,
): Experiment<RunSummary> | undefined {
  if (typeof folder === "object" && folder !== null) {
    const runs = summaries.filter(run => folder.includes(run.folder));
    const [newest] = experimentsOf(runs);
    return newest === undefined ? undefined : { ...newest, runs };
  }
  if (folder === null || experiments.length === 0) return experiments[0];
  const found = experimentOf(experiments, folder);
  if (found !== undefined) return found;
  throw new HumanError(`There is no run folder ${folder} among these runs.`, {
    remedy: suggestion(
      folder,
      experiments.map(({ newest }) => newest.folder),
    ),
  });
}

function within(summary: RunSummary, languages: readonly string[] | null): RunSummary {
  if (languages === null || summary.metrics === null) return summary;
  const kept = Object.entries(summary.metrics.languages).filter(([tag]) => languages.includes(tag));
  return { ...summary, metrics: { ...summary.metrics, languages: Object.fromEntries(kept) } };
}

function facts(runs: readonly RunSummary[]): [string, string][] {
  const records = runs.map(run => run.record);
  const seconds = records.map(({ timings }) => (timings === null ? 0 : timings.train + timings.evaluate));
  const peaks = records.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? []);
  const found: [string, string][] = [
    ["Time", `${Math.round(seconds.reduce((sum, one) => sum + one, 0))} s in ${runs.length} runs`],
  ];
  if (peaks.length > 0) found.push(["Largest memory", `${Math.round(Math.max(...peaks) / 1e6)} MB`]);
  const predicted = records.filter(record => record.predicted && record.timings && record.peakMemoryBytes);
  if (predicted.length > 0) {
    const sum = (of: (record: RunRecord) => number): number =>
      predicted.reduce((total, one) => total + of(one), 0);
    const seconds = [sum(one => one.predicted?.trainSeconds ?? 0), sum(one => one.timings?.train ?? 0)];
    const most = (of: (record: RunRecord) => number): number => Math.max(...predicted.map(of));
    const bytes = [most(one => one.predicted?.memoryBytes ?? 0), most(one => one.peakMemoryBytes ?? 0)];
    const [expected, took] = seconds.map(value => `${Math.round(value)} s`);
    const [guessed, peak] = bytes.map(value => `${Math.round(value / 1e6)} MB`);
    found.push(["Predicted", `training ${expected}, it took ${took}; memory ${guessed}, it took ${peak}`]);
  }
  return found;
}

/** Each row of the table with the samples of its runs; runs without any are left out. */
function sampledMixtures(
  rows: readonly ResultsRow[],
  folderOf: ReadonlyMap<string, string>,
): SampledMixture[] {
  return rows.map(({ mixture, runs }) => ({
    mixture,
    runs: runs.flatMap(({ folder, seed }) => {
      const path = folderOf.get(folder);
      const samples = path === undefined ? [] : readSamples(path);
      return samples.length === 0 ? [] : [{ seed, samples }];
    }),
  }));
}

/** Each mixture against one of them, over the samples of all their runs. */
function differencesOf(
  table: ResultsTable,
  sampled: readonly SampledMixture[],
  chosen: string | null,
  metric: MetricKey,
): DifferencesTable | null {
  const names = table.rows.map(row => row.mixture);
  if (chosen !== null && !names.includes(chosen))
    throw new HumanError(`There is no run of a mixture ${chosen}.`, {
      remedy: `Compare with one of ${names.join(", ")}.`,
    });
  const against = chosen ?? comparisonBase(table);
  if (against === null) return null;
  const { languages, baseLanguage } = table;
  return compareRows(sampled, {
    metric,
    against,
    languages,
    ...(baseLanguage !== undefined && { baseLanguage }),
  });
}
