// Pinch: Show Results. Opens the results panel, and restores it with its window.
import * as vscode from "vscode";
import { commands, resultsPanel } from "../../manifest.ts";
import { registerCommand, showNotice } from "../../platform/messages.ts";
import { SinglePanel } from "../../platform/singlePanel.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { ResultsPanel } from "./resultsPanel.ts";
import { sideBySideOf } from "./wantedComparison.ts";

export function registerResults(workspace: Workspace): vscode.Disposable {
  const { extension, log, runs } = workspace;
  const attach = async (panel: vscode.WebviewPanel, group: string | null) => {
    const { ResultsPanel } = await import("./resultsPanel.ts");
    return new ResultsPanel(panel, group, workspace);
  };
  const single = new SinglePanel<ResultsPanel>(
    { extension, viewType: resultsPanel, title: "Pinch Results" },
    panel => attach(panel, null),
  );
  return vscode.Disposable.from(
    single,
    registerCommand(log, commands.showResults, async (target, wanted) => {
      const group = groupOfTarget(target);
      const sideBySide = sideBySideOf(wanted);
      if (single.content !== undefined) {
        single.content.reveal(group, sideBySide);
        return;
      }
      if ((await runs.all()).length === 0) {
        showNotice("There are no runs in this workspace yet.", [
          { title: "Run Mixture", run: () => vscode.commands.executeCommand(commands.runMixture) },
        ]);
        return;
      }
      (await single.open(panel => attach(panel, group))).reveal(group, sideBySide);
    }),
    registerCommand(log, commands.exportResults, () => single.content?.export()),
    ...figureCommands.map(([command, format, target]) =>
      registerCommand(log, command, async context => {
        const figure = figureOf(context);
        if (figure !== null) await single.content?.takeOut(figure, format, target);
      }),
    ),
  );
}

/** Commands in the context menu of a figure. */
const figureCommands = [
  [commands.saveFigurePng, "png", "file"],
  [commands.saveFigureSvg, "svg", "file"],
  [commands.copyAsSvg, "svg", "clipboard"],
  [commands.copyAsMarkdown, "md", "clipboard"],
  [commands.copyAsCsv, "csv", "clipboard"],
  [commands.copyAsJson, "json", "clipboard"],
] as const;

/** Value that the page wrote into the figure's `data-vscode-context`. */
function figureOf(context: unknown): string | null {
  if (typeof context !== "object" || context === null || !("figure" in context)) return null;
  return typeof context.figure === "string" ? context.figure : null;
}

/** Resolves a command's argument: the path of a mixture file, or the run folder of a row of the Runs tree. */
function groupOfTarget(target: unknown): string | null {
  if (target instanceof vscode.Uri) return target.fsPath;
  if (typeof target !== "object" || target === null || !("run" in target)) return null;
  const { run } = target as { run: Partial<StoredRun> };
  // A run without scores is in no table: the table of its mixture file is shown instead.
  return (run.metrics == null ? run.record?.configuration.file : run.folder) ?? null;
}
