// Pinch: Show Results: the panel, and how a window opens it again.
import * as vscode from "vscode";
import { commands, resultsPanel } from "../../manifest.ts";
import { registerCommand, showNotice } from "../../platform/messages.ts";
import { webviewOptions } from "../../platform/webviewHost.ts";
import type { SampleLibrary } from "../../workspace/runs/sampleLibrary.ts";
import type { LocatedRun, ResultsParts } from "./parts.ts";
import type { ResultsPanel } from "./resultsPanel.ts";
import { sideBySideOf } from "./wantedComparison.ts";

export function registerResults(parts: ResultsParts, library: SampleLibrary): vscode.Disposable {
  let open: ResultsPanel | undefined;
  const attach = async (panel: vscode.WebviewPanel, group: string | null): Promise<ResultsPanel> => {
    const { ResultsPanel } = await import("./resultsPanel.ts");
    const attached = new ResultsPanel(panel, group, parts, library);
    open = attached;
    panel.onDidDispose(() => {
      attached.dispose();
      if (open === attached) open = undefined;
    });
    return attached;
  };
  return vscode.Disposable.from(
    registerCommand(parts.log, commands.showResults, async (target, wanted) => {
      const group = groupOfTarget(target);
      const sideBySide = sideBySideOf(wanted);
      if (open !== undefined) {
        open.reveal(group, sideBySide);
        return;
      }
      if ((await parts.source.runs()).length === 0) {
        showNotice("There are no runs in this workspace yet.", [
          { title: "Run Mixture", run: () => vscode.commands.executeCommand(commands.runMixture) },
        ]);
        return;
      }
      const panel = vscode.window.createWebviewPanel(
        resultsPanel,
        "Pinch Results",
        vscode.ViewColumn.Active,
        webviewOptions(parts.extension),
      );
      (await attach(panel, group)).reveal(group, sideBySide);
    }),
    registerCommand(parts.log, commands.exportResults, () => open?.export()),
    ...figureCommands.map(([command, format, target]) =>
      registerCommand(parts.log, command, async context => {
        const figure = figureOf(context);
        if (figure !== null) await open?.takeOut(figure, format, target);
      }),
    ),
    vscode.window.registerWebviewPanelSerializer(resultsPanel, {
      deserializeWebviewPanel: async panel => {
        await attach(panel, null);
      },
    }),
  );
}

/** Of the context menu of a figure. */
const figureCommands = [
  [commands.saveFigurePng, "png", "file"],
  [commands.saveFigureSvg, "svg", "file"],
  [commands.copyAsSvg, "svg", "clipboard"],
  [commands.copyAsMarkdown, "md", "clipboard"],
  [commands.copyAsCsv, "csv", "clipboard"],
  [commands.copyAsJson, "json", "clipboard"],
] as const;

/** What the page wrote into the figure's `data-vscode-context`. */
function figureOf(context: unknown): string | null {
  if (typeof context !== "object" || context === null || !("figure" in context)) return null;
  return typeof context.figure === "string" ? context.figure : null;
}

/** What a command's argument stands for: a mixture file by its path, or a row of the Runs tree by its run folder. */
function groupOfTarget(target: unknown): string | null {
  if (target instanceof vscode.Uri) return target.fsPath;
  if (typeof target !== "object" || target === null || !("run" in target)) return null;
  const { run } = target as { run: Partial<LocatedRun> };
  // What has no scores is in no table: those of its file are.
  return (run.metrics == null ? run.record?.configuration.file : run.folder) ?? null;
}
