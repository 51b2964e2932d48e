// Writes report.md, report.html, report.tex and the figures of studies.
import { join, resolve } from "node:path";
import { standaloneFigure } from "../../core/figures/figureStyle.ts";
import { reportMarkdown } from "../../core/report/report.ts";
import { reportHtml } from "../../core/report/reportHtml.ts";
import { figurePath } from "../../core/report/reportStudies.ts";
import { reportTex } from "../../core/report/reportTex.ts";
import { writeFileAtomically } from "../../node/atomicWrite.ts";
import type { AssembledReport } from "./assembleReport.ts";

/** Absolute paths; figures in the order of the studies. */
interface ReportPaths {
  readonly markdown: string;
  readonly html: string;
  readonly tex: string;
  readonly figures: readonly string[];
}

export function writeReportFiles({ table, samples, options }: AssembledReport, target: string): ReportPaths {
  const write = (name: string, text: string): string => {
    const path = resolve(join(target, name));
    writeFileAtomically(path, text);
    return path;
  };
  return {
    figures: (options.studies ?? []).map(({ slug, figure }) =>
      write(figurePath(slug), standaloneFigure(figure)),
    ),
    markdown: write("report.md", reportMarkdown(table, samples, options)),
    html: write("report.html", reportHtml(table, samples, options)),
    tex: write("report.tex", reportTex(table, options)),
  };
}
