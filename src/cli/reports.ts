// Writes report.md, report.html, report.tex and the figures of studies from run folders.
import { join, resolve } from "node:path";
import type { DifferencesTable } from "../core/results/differences.ts";
import { formatDifferences } from "../core/results/differencesText.ts";
import { fewPromptsWarning } from "../core/results/fewPrompts.ts";
import { formatTable, leadingMetric } from "../core/results/format.ts";
import { reportMarkdown } from "../core/results/report.ts";
import { reportHtml } from "../core/results/reportHtml.ts";
import { figurePath } from "../core/results/reportStudies.ts";
import { reportTex } from "../core/results/reportTex.ts";
import type { ResultsTable, RunSummary } from "../core/results/resultsTable.ts";
import { standaloneFigure } from "../core/study/figures/figureStyle.ts";
import type { StudyResult } from "../core/study/studyResult.ts";
import { writeFileAtomically } from "../runtime/files/atomicWrite.ts";
import { listRunFolders, readRunSummary } from "../runtime/files/runFolder.ts";
import { assembleReport } from "../runtime/recipes/assembleReport.ts";

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
  const kept = listRunFolders(runs).filter(folder => keep(readRunSummary(folder)));
  const report = assembleReport(kept, { against });
  if (report === null) return null;
  const { table, samples, options } = report;
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
