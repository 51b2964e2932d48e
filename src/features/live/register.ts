// Pinch: Show Live Charts. Opens one panel with the curves of the chosen runs.
import * as vscode from "vscode";
import { commands, livePanel } from "../../manifest.ts";
import { registerCommand } from "../../platform/messages.ts";
import { SinglePanel } from "../../platform/singlePanel.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { LivePanel } from "./livePanel.ts";

export function registerLive(workspace: Workspace): vscode.Disposable {
  const attach = async (panel: vscode.WebviewPanel, first: readonly string[] | null) => {
    const { LivePanel } = await import("./livePanel.ts");
    return new LivePanel(panel, workspace, first);
  };
  const single = new SinglePanel<LivePanel>(
    { extension: workspace.extension, viewType: livePanel, title: "Live Charts" },
    panel => attach(panel, null),
  );
  return vscode.Disposable.from(
    single,
    registerCommand(workspace.log, commands.showLiveRuns, async (node, many) => {
      const rows = Array.isArray(many) && many.length > 0 ? many : [node];
      const asked = rows.flatMap(row => folderOf(row) ?? []);
      if (single.content !== undefined) single.content.show(asked);
      else await single.open(panel => attach(panel, asked.length > 0 ? asked : null));
    }),
  );
}

/** URI of the run folder of a row of the Runs view. */
function folderOf(row: unknown): string | undefined {
  if (typeof row !== "object" || row === null) return undefined;
  const { run, stored } = row as { run?: { uri?: unknown }; stored?: { uri?: unknown } | null };
  const uri = stored?.uri ?? run?.uri;
  return uri instanceof vscode.Uri ? uri.toString() : undefined;
}
