// Renders a table of plain text for every report format: Markdown, HTML and LaTeX.
import { escapeMarkdown, type Html, html, onLines } from "../../common/html.ts";
import { escapeTex } from "../../common/tex.ts";

export interface DataTable {
  readonly caption: string;
  readonly head: readonly string[];
  /**
   * Rows of the same width as the head. The first column is text, the others are numbers,
   * unless `allText` is set.
   */
  readonly rows: readonly (readonly string[])[];
  readonly allText?: boolean;
}

/** Returns the table as Markdown, with its caption above it. */
export function dataTableMarkdown({ caption, head, rows, allText }: DataTable): string {
  return `${escapeMarkdown(caption)}.\n\n${markdownRows({ head, rows, ...(allText === true && { allText }) })}`;
}

/** Returns the table as Markdown without a caption. */
export function markdownRows({ head, rows, allText }: Omit<DataTable, "caption">): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rule = `| ${head.map((_, i) => (i === 0 || allText ? "---" : "---:")).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** Returns the table as HTML, without a scrollable region around it. */
export function dataTableHtml({ caption, head, rows, allText }: DataTable): Html {
  const heads = head.map(name => html`<th scope="col">${name}</th>`);
  const body = rows.map(([first = "", ...rest]) => {
    const cells = rest.map(cell => html`<td>${cell}</td>`);
    return html`<tr><th scope="row">${first}</th>${cells}</tr>`;
  });
  return html`<table class="plain${allText ? " words" : ""}"><caption>${caption}.</caption><thead><tr>${heads}</tr></thead><tbody>${onLines(body)}</tbody></table>`;
}

/** Returns a float with booktabs rules, scaled by graphicx to fit the line; \ref refers to it by `label`. */
export function dataTableTex({ caption, head, rows, allText }: DataTable, label: string): string {
  const columns = head.map((_, i) => (i === 0 || allText ? "l" : "r")).join("");
  const line = (cells: readonly string[]): string => `  ${cells.map(escapeTex).join(" & ")} \\\\`;
  return [
    "\\begin{table*}[t]",
    "  \\centering",
    "  \\footnotesize",
    "  \\setlength{\\tabcolsep}{3pt}",
    `  \\caption{${escapeTex(caption)}.}`,
    `  \\label{tab:${label}}`,
    "  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%",
    `  \\begin{tabular}{@{}${columns}@{}}`,
    "  \\toprule",
    line(head),
    "  \\midrule",
    ...rows.map(line),
    "  \\bottomrule",
    "  \\end{tabular}}",
    "\\end{table*}",
  ].join("\n");
}
