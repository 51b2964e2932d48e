// Builds results from run folders, and writes report.md, report.html, report.tex and the figures of studies.
import { join, resolve } from "node:path";
import { HumanError } from "../common/errors.ts";
import { buildResults } from "../core/results/buildResults.ts";
import {
  compareRows,
  comparisonBase,
  type DifferencesTable,
  type SampledMixture,
} from "../core/results/differences.ts";
import { formatDifferences } from "../core/results/differencesText.ts";
import { fewPromptsWarning } from "../core/results/fewPrompts.ts";
import { formatTable, leadingMetric } from "../core/results/format.ts";
import { reportMarkdown } from "../core/results/report.ts";
import { reportHtml } from "../core/results/reportHtml.ts";
import { figurePath } from "../core/results/reportStudies.ts";
import { reportTex } from "../core/results/reportTex.ts";
import type { ReportOptions } from "../core/results/reportText.ts";
import type { ResultsTable, RunSummary } from "../core/results/resultsTable.ts";
import type { RunRecord } from "../core/run/records.ts";
import { standaloneFigure } from "../core/study/figures/figureStyle.ts";
import type { StudyResult } from "../core/study/studyResult.ts";
import { writeFileAtomically } from "../runtime/files/atomicWrite.ts";
import { listRunFolders, readRunSummary, readSamples } from "../runtime/files/runFolder.ts";
import { reportParts } from "./reportParts.ts";

export interface WrittenReport {
  readonly table: ResultsTable;
  /** null with a single mixture. */
  readonly differences: DifferencesTable | null;
  readonly markdown: string; // path
  readonly html: string; // path
  readonly tex: string; // path
  readonly studies: readonly WrittenStudy[];
}

/** A study's result with the path of its figure in place of the figure. */
export type WrittenStudy = Omit<StudyResult, "figure"> & { readonly figure: string };

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
function sampledMixtures(table: ResultsTable, folderOf: ReadonlyMap<string, string>): SampledMixture[] {
  return table.rows.map(({ mixture, runs }) => ({
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
    metric: leadingMetric(table),
    against,
    languages,
    ...(baseLanguage !== undefined && { baseLanguage }),
  });
}

export interface ReportChoice {
  /** Run folders that take part; all unless told. */
  readonly keep?: (run: RunSummary) => boolean;
  /** Mixture that the others are compared with; null or absent: the one tuned on the base language alone. */
  readonly against?: string | null;
}

/** Of the run folders that are kept; null when there are none. */
export function writeReport(
  runs: string,
  target: string,
  { keep = () => true, against = null }: ReportChoice = {},
): WrittenReport | null {
  const folderOf = new Map<string, string>();
  const summaries: RunSummary[] = [];
  for (const folder of listRunFolders(runs)) {
    const summary = readRunSummary(folder);
    if (!keep(summary)) continue;
    summaries.push(summary);
    folderOf.set(summary.folder, folder);
  }
  if (summaries.length === 0) return null;
  const table = buildResults(summaries);
  const inTable = new Set(table.rows.flatMap(row => row.runs.map(run => run.folder)));
  const shown = summaries.filter(({ folder }) => inTable.has(folder));
  const sampled = sampledMixtures(table, folderOf);
  const samples = new Map(
    sampled.flatMap(({ mixture, runs: [first] }) => (first ? [[mixture, first.samples] as const] : [])),
  );
  const options: ReportOptions = {
    generated: new Date().toISOString().slice(0, 16).replace("T", " "),
    facts: facts(shown),
    differences: differencesOf(table, sampled, against),
    ...reportParts(table, shown, sampled, folderOf),
  };
  const write = (name: string, text: string): string => {
    const path = resolve(join(target, name));
    writeFileAtomically(path, text);
    return path;
  };
  const { studies = [], differences = null } = options;
  return {
    table,
    differences,
    studies: studies.map(study => ({
      ...study,
      figure: write(figurePath(study.slug), standaloneFigure(study.figure)),
    })),
    markdown: write("report.md", reportMarkdown(table, samples, options)),
    html: write("report.html", reportHtml(table, samples, options)),
    tex: write("report.tex", reportTex(table, options)),
  };
}

/** The table as text, with where the reports lie. */
export function describeReport({ table, differences, studies, markdown, html, tex }: WrittenReport): string {
  const warning = fewPromptsWarning(table);
  return [
    formatTable(table, leadingMetric(table)),
    ...(differences === null ? [] : [formatDifferences(differences, table.baseLanguage)]),
    ...(warning === null ? [] : [`${warning}\n`]),
    ...(studies.length === 0 ? [] : [`${studiesText(studies)}\n`]),
    `Report: ${html}\n        ${markdown}\n        ${tex}\n`,
  ].join("\n");
}

/** What each study says, score by score. */
function studiesText(studies: readonly WrittenStudy[]): string {
  return studies
    .map(({ title, score, reading }) =>
      [`${title}, by ${score}`, ...reading.map(sentence => `  ${sentence}`)].join("\n"),
    )
    .join("\n");
}
