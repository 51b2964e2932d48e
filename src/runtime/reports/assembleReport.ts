// Reads the parts of a report from run folders: table, samples, differences, studies.
import { suggestion } from "../../common/didYouMean.ts";
import { HumanError } from "../../common/errors.ts";
import { type Experiment, experimentOf, experimentsOf } from "../../core/experiments/experiments.ts";
import type { MetricKey, SampleRecord } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import type { ReportOptions } from "../../core/report/reportText.ts";
import { buildResults } from "../../core/results/buildResults.ts";
import {
  compareRows,
  comparisonBase,
  type DifferencesTable,
  type SampledMixture,
} from "../../core/results/differences.ts";
import { apartLines } from "../../core/results/otherExperiments.ts";
import { leadingMetric, type ResultsTable, type RunSummary } from "../../core/results/resultsTable.ts";
import { rowsOf } from "../../core/results/rowsOfRuns.ts";
import { reportParts } from "./reportParts.ts";
import { SoundRuns } from "./soundRuns.ts";

export interface ReportScope {
  /** Mixture that the others are compared with; null for the one tuned only on the base language. */
  readonly against: string | null;
  /** Languages to include; all if omitted. */
  readonly languages?: readonly string[] | null;
  /** Name of a run folder whose experiment to report, or of all its run folders; the newest if omitted. */
  readonly experiment?: string | readonly string[] | null;
  /** Includes runs of other experiments in the table, marked as such. */
  readonly together?: boolean;
  /** Selects the runs to include; all if omitted. */
  readonly keep?: (run: RunSummary) => boolean;
}

export interface AssembledReport {
  readonly table: ResultsTable;
  /** Samples of the first run of each mixture. */
  readonly samples: ReadonlyMap<string, readonly SampleRecord[]>;
  readonly options: ReportOptions;
  /** Experiments of all run folders, newest first. */
  readonly experiments: readonly Experiment<RunSummary>[];
  /** Experiment of the report. */
  readonly experiment: Experiment<RunSummary>;
  /** Excluded runs, each with the reason and a remedy; the table's notes contain them too. */
  readonly leftOut: readonly string[];
}

/** Returns null if there is no run folder. */
export function assembleReport(folders: readonly string[], scope: ReportScope): AssembledReport | null {
  const read = readScope(folders, scope);
  if (read === null) return null;
  const { experiments, experiment, table, shown, sampled, folderOf, leftOut } = read;
  const samples = new Map(
    sampled.flatMap(({ mixture, runs: [first] }) => (first ? [[mixture, first.samples] as const] : [])),
  );
  return {
    table,
    samples,
    experiments,
    experiment,
    leftOut,
    options: {
      generated: new Date().toISOString().slice(0, 16).replace("T", " "),
      facts: facts(shown),
      differences: differencesOf(read, scope.against, leadingMetric(table)),
      ...reportParts(table, shown, sampled, folderOf),
      apart: scope.together === true ? [] : apartLines(experiments, experiment),
    },
  };
}

export interface AssembledDifferences {
  /** Null without samples of the mixture to compare with. */
  readonly differences: DifferencesTable | null;
  /** Excluded runs, each with the reason and a remedy. */
  readonly leftOut: readonly string[];
}

/** Differences between mixtures and one of them. */
export function assembleDifferences(
  folders: readonly string[],
  scope: ReadScope & { readonly metric: MetricKey },
): AssembledDifferences {
  const read = readScope(folders, scope);
  if (read === null) return { differences: null, leftOut: [] };
  const { leftOut } = read;
  return { differences: differencesOf(read, scope.against, scope.metric), leftOut };
}

interface Read {
  readonly experiments: readonly Experiment<RunSummary>[];
  readonly experiment: Experiment<RunSummary>;
  readonly table: ResultsTable;
  readonly shown: readonly RunSummary[];
  readonly sampled: readonly SampledMixture[];
  /** Path of each run folder by name. */
  readonly folderOf: ReadonlyMap<string, string>;
  readonly leftOut: readonly string[];
}

type ReadScope = ReportScope & {
  /** Rows of the table for which samples are needed; null or omitted for all. */
  readonly rows?: readonly string[] | null;
};

/** @throws HumanError if every run folder had to be excluded */
function readScope(folders: readonly string[], scope: ReadScope): Read | null {
  const { languages = null, rows = null, keep = () => true } = scope;
  const runs = new SoundRuns(folders);
  for (;;) {
    const summaries = runs.summaries.filter(keep).map(summary => within(summary, languages));
    const experiments = experimentsOf(summaries);
    const experiment = wantedExperiment(experiments, summaries, scope.experiment ?? null, runs);
    if (experiment === undefined) {
      if (runs.leftOut.length === 0) return null;
      throw new HumanError(`None of the runs can be used. ${runs.leftOut.join(" ")}`, {
        remedy: "Repair these folders or remove them.",
      });
    }
    const own = new Set(experiment.runs.map(({ folder }) => folder));
    const tabled = scope.together === true ? summaries : experiment.runs;
    const taking = rowsOf(tabled, own).filter(({ mixture }) => rows === null || rows.includes(mixture));
    // An excluded run is replaced by an older one, or makes another experiment the newest.
    if (!runs.hasRead(taking.flatMap(({ chosen }) => chosen.map(({ folder }) => folder)))) continue;
    const table = withNotes(buildResults(tabled, own), runs.leftOut);
    const inTable = new Set(table.rows.flatMap(row => row.runs.map(run => run.folder)));
    return {
      ...{ experiments, experiment, table },
      shown: summaries.filter(({ folder }) => inTable.has(folder)),
      sampled: taking.map(({ mixture, chosen }) => ({ mixture, runs: sampledRuns(chosen, runs, languages) })),
      folderOf: runs.folderOf,
      leftOut: runs.leftOut,
    };
  }
}

function withNotes(table: ResultsTable, notes: readonly string[]): ResultsTable {
  return notes.length === 0 ? table : { ...table, notes: [...notes, ...(table.notes ?? [])] };
}

/** Excludes runs without samples. */
function sampledRuns(
  chosen: readonly RunSummary[],
  runs: SoundRuns,
  languages: readonly string[] | null,
): SampledMixture["runs"] {
  return chosen.flatMap(({ folder, record: { seed } }) => {
    const all = runs.samplesOf(folder);
    const samples = languages === null ? all : all.filter(({ language }) => languages.includes(language));
    return all.length === 0 ? [] : [{ seed, samples }];
  });
}

function wantedExperiment(
  experiments: readonly Experiment<RunSummary>[],
  summaries: readonly RunSummary[],
  folder: string | readonly string[] | null,
  runs: SoundRuns,
): Experiment<RunSummary> | undefined {
  if (typeof folder === "object" && folder !== null) {
    const runs = summaries.filter(run => folder.includes(run.folder));
    const [newest] = experimentsOf(runs);
    return newest === undefined ? undefined : { ...newest, runs };
  }
  if (folder === null || experiments.length === 0) return experiments[0];
  const found = experimentOf(experiments, folder);
  if (found !== undefined) return found;
  const why = runs.whyLeftOut(folder);
  if (why !== undefined) throw new HumanError(why, { remedy: "Or choose another run." });
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
  // Runs that stopped early did not take the steps that were predicted.
  const predicted = records.filter(
    ({ predicted: known, timings, peakMemoryBytes, earlyStop }) =>
      known && timings && peakMemoryBytes && earlyStop?.trained === earlyStop?.planned,
  );
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

/** Compares each mixture with one of them, over the samples of all their runs. */
function differencesOf(
  { table, sampled, leftOut }: Read,
  chosen: string | null,
  metric: MetricKey,
): DifferencesTable | null {
  const names = table.rows.map(row => row.mixture);
  if (chosen !== null && !names.includes(chosen))
    throw new HumanError(`No run has a mixture named ${chosen}.`, {
      remedy: [...leftOut, `Compare with one of ${names.join(", ")}.`].join("\n"),
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
