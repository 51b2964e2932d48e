// Writes the reports on run folders, and describes them for the terminal.
import { aligned } from "../common/textTable.ts";
import type { DifferencesTable } from "../core/results/differences.ts";
import { formatDifferences } from "../core/results/differencesText.ts";
import { fewPromptsWarning } from "../core/results/fewPrompts.ts";
import { leadingMetric, type ResultsTable, type RunSummary } from "../core/results/resultsTable.ts";
import { formatTable } from "../core/results/terminalTable.ts";
import { amountsTables } from "../core/results/trainedAmounts.ts";
import type { StudyResult } from "../core/study/studyResult.ts";
import { listRunFolders } from "../runtime/files/runFolder.ts";
import { assembleReport } from "../runtime/reports/assembleReport.ts";
import { writeReportFiles } from "../runtime/reports/writeReportFiles.ts";

export interface WrittenReport {
  readonly table: ResultsTable;
  /** null if there is only one mixture. */
  readonly differences: DifferencesTable | null;
  readonly markdown: string; // path
  readonly html: string; // path
  readonly tex: string; // path
  readonly studies: readonly WrittenStudy[];
  /** Descriptions of other experiments in the folder; empty if the report includes them. */
  readonly apart: readonly string[];
}

/** A study's result, with the path of its figure in place of the figure. */
type WrittenStudy = Omit<StudyResult, "figure"> & { readonly figure: string };

export interface ReportChoice {
  /** Run folders to include; all by default. */
  readonly keep?: (run: RunSummary) => boolean;
  /** Mixture to compare the others with; by default the one tuned only on the base language. */
  readonly against?: string | null;
  /** Run folder whose experiment is reported; by default the newest. */
  readonly experiment?: string | null;
  /** Includes runs of other experiments in the tables, marked as such. */
  readonly together?: boolean;
}

/** Writes the reports for all readable runs; null when there are none. */
export function writeReport(runs: string, target: string, choice: ReportChoice = {}): WrittenReport | null {
  const report = assembleReport(listRunFolders(runs), { against: null, ...choice });
  if (report === null) return null;
  const { table, options } = report;
  const { figures, ...paths } = writeReportFiles(report, target);
  const { studies = [], differences = null, apart = [] } = options;
  return {
    table,
    differences,
    apart,
    studies: studies.map((study, i) => ({ ...study, figure: figures[i] ?? "" })),
    ...paths,
  };
}

/** Formats the table as text, with the paths of the reports. */
export function describeReport(report: WrittenReport): string {
  const { table, differences, studies, apart, markdown, html, tex } = report;
  const warning = fewPromptsWarning(table);
  return [
    formatTable(table, leadingMetric(table)),
    ...amountsTables(table).map(({ caption, head, rows }) => `${caption}\n${aligned([head, ...rows])}\n`),
    ...(table.notes ?? []).map(note => `Note: ${note}\n`),
    ...(differences === null ? [] : [formatDifferences(differences, table.baseLanguage)]),
    ...(warning === null ? [] : [`${warning}\n`]),
    ...(studies.length === 0 ? [] : [`${studiesText(studies)}\n`]),
    ...(apart.length === 0 ? [] : [apartText(apart)]),
    `Report: ${html}\n        ${markdown}\n        ${tex}\n`,
  ].join("\n");
}

function apartText(apart: readonly string[]): string {
  const lines = apart.map(line => `  ${line}\n`).join("");
  return `Not in this table, of other experiments (pinch report --experiment RUN-FOLDER shows one of them, --together all):\n${lines}`;
}

/** Formats the conclusions of each study, score by score. */
function studiesText(studies: readonly WrittenStudy[]): string {
  return studies
    .map(({ title, score, reading }) =>
      [`${title}, by ${score}`, ...reading.map(sentence => `  ${sentence}`)].join("\n"),
    )
    .join("\n");
}
