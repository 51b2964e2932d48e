// Exports figures, samples and reports from the results panel.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { dataTableCsv, dataTableJson } from "../../core/figures/tableText.ts";
import { replaceText } from "../../platform/files.ts";
import { showNotice } from "../../platform/messages.ts";
import type { ExportFormat, FigureName, SampleRow } from "../../protocol/resultsView.ts";
import type { Analysis } from "../../protocol/runtime.ts";

/** An item that the user picked for export. */
export type ExportChoice =
  | { readonly kind: "figure"; readonly figure: string; readonly format: ExportFormat }
  | { readonly kind: "samples"; readonly format: "csv" | "json" }
  | { readonly kind: "report" };

const formatNames: Record<ExportFormat, string> = {
  png: "PNG picture",
  svg: "SVG picture",
  csv: "CSV table",
  json: "JSON",
  md: "Markdown table",
};

/** Returns undefined when dismissed. */
export async function pickExport(
  figures: readonly FigureName[],
  samples: boolean,
): Promise<ExportChoice | undefined> {
  const items: (vscode.QuickPickItem & { choice: ExportChoice })[] = [
    { label: "Report", description: "Markdown and HTML, with figures", choice: { kind: "report" } },
    ...figures.flatMap(({ id, title, picture }) =>
      (["png", "svg", "csv", "json"] as const)
        .filter(format => picture || format === "csv" || format === "json")
        .map(format => ({
          label: title,
          description: formatNames[format],
          choice: { kind: "figure", figure: id, format } as const,
        })),
    ),
    ...(samples
      ? (["csv", "json"] as const).map(format => ({
          label: "Samples as filtered",
          description: formatNames[format],
          choice: { kind: "samples", format } as const,
        }))
      : []),
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: "Export what?",
    matchOnDescription: true,
  });
  return item?.choice;
}

/** @param content The figure as rendered by the page; null if it is no longer shown. */
export async function saveFigure(
  { figure, format }: { readonly figure: string; readonly format: ExportFormat },
  content: string | null,
  base: vscode.Uri,
): Promise<void> {
  if (content === null)
    throw new HumanError("This figure is no longer shown.", { remedy: "Show it again, then export it." });
  const bytes = format === "png" ? Buffer.from(content, "base64") : Buffer.from(content, "utf8");
  await save(`${figure}.${format}`, bytes, base);
}

export async function saveSamples(
  rows: readonly SampleRow[],
  names: readonly string[],
  format: "csv" | "json",
  base: vscode.Uri,
): Promise<void> {
  const table = samplesTable(rows, names);
  const text = format === "csv" ? dataTableCsv(table) : dataTableJson(table);
  await save(`samples.${format}`, Buffer.from(text, "utf8"), base);
}

/** Asks for a file; figures are saved in the same folder as the report. */
export async function saveReport({ files }: Analysis, base: vscode.Uri): Promise<void> {
  const chosen = await vscode.window.showSaveDialog({
    title: "Save the report",
    saveLabel: "Save Report",
    defaultUri: vscode.Uri.joinPath(base, "report.md"),
    filters: { Markdown: ["md"] },
  });
  if (chosen === undefined) return;
  const folder = vscode.Uri.joinPath(chosen, "..");
  for (const { name, text } of files) {
    const target = name === "report.md" ? chosen : vscode.Uri.joinPath(folder, ...name.split("/"));
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(target, ".."));
    await replaceText(target, text);
  }
  told(chosen);
}

async function save(name: string, bytes: Uint8Array, base: vscode.Uri): Promise<void> {
  const chosen = await vscode.window.showSaveDialog({
    title: "Export",
    defaultUri: vscode.Uri.joinPath(base, name),
  });
  if (chosen === undefined) return;
  await vscode.workspace.fs.writeFile(chosen, bytes);
  told(chosen);
}

function told(file: vscode.Uri): void {
  showNotice(`Exported to ${vscode.workspace.asRelativePath(file)}.`, [
    { title: "Open", run: () => vscode.commands.executeCommand("vscode.open", file) },
  ]);
}

function samplesTable(rows: readonly SampleRow[], names: readonly string[]) {
  const several = names.length > 1;
  const of = (name: string, column: string) => (several ? `${column} (${name})` : column);
  return {
    head: [
      "language",
      "id",
      "prompt",
      ...names.flatMap(name => [of(name, "response"), of(name, "response language"), of(name, "outcome")]),
      "reference",
    ],
    rows: rows.flatMap(({ sample, beside }) =>
      sample === null
        ? []
        : [
            [
              sample.language,
              sample.id,
              sample.prompt,
              ...[sample, ...beside].flatMap(each => [
                each?.response ?? "",
                each?.responseLanguage ?? "",
                each?.outcome ?? "",
              ]),
              sample.reference ?? "",
            ],
          ],
    ),
  };
}
