// Recipe for work over the samples of many runs that deserves its own process: studies, differences and
// reports.

import { standaloneFigure } from "../../core/figures/figureStyle.ts";
import { reportMarkdown } from "../../core/report/report.ts";
import { reportHtml } from "../../core/report/reportHtml.ts";
import { figurePath } from "../../core/report/reportStudies.ts";
import type { AnalyseRequest, Analysis } from "../../protocol/runtime.ts";
import { assembleDifferences, assembleReport } from "../reports/assembleReport.ts";

export function analyse(request: AnalyseRequest): Analysis {
  const { folders, languages, against, wanted, experiment = null } = request;
  const scope = { languages, against, experiment, together: experiment !== null };
  if (wanted === "differences") {
    const { metric, rows = null } = request;
    return { ...assembleDifferences(folders, { ...scope, metric, rows }), studies: [], files: [] };
  }
  const report = assembleReport(folders, scope);
  if (report === null) return { differences: null, studies: [], files: [], leftOut: [] };
  const { table, samples, options, leftOut } = report;
  const { studies = [], differences = null } = options;
  if (wanted === "studies") return { differences, studies, files: [], leftOut };
  return {
    differences,
    studies: [],
    leftOut,
    files: [
      { name: "report.md", text: reportMarkdown(table, samples, options) },
      { name: "report.html", text: reportHtml(table, samples, options) },
      ...studies.map(({ slug, figure }) => ({ name: figurePath(slug), text: standaloneFigure(figure) })),
    ],
  };
}
