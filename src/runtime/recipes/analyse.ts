// Recipe of what is worth a process of its own: studies, differences and reports over the samples of many runs.
import { reportMarkdown } from "../../core/results/report.ts";
import { reportHtml } from "../../core/results/reportHtml.ts";
import { figurePath } from "../../core/results/reportStudies.ts";
import { standaloneFigure } from "../../core/study/figures/figureStyle.ts";
import type { AnalyseRequest, Analysis } from "../../protocol/runtime.ts";
import { assembleDifferences, assembleReport } from "./assembleReport.ts";

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
