// Pinch: Show Live Charts: one panel with the curves of the runs that are chosen in it.
import * as vscode from "vscode";
import { commands, livePanel } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { registerCommand } from "../../platform/messages.ts";
import { webviewOptions } from "../../platform/webviewHost.ts";
import type { LiveRunItem } from "../../protocol/liveView.ts";
import type { LivePanel } from "./livePanel.ts";

/** A run as this feature needs it; the composition root connects it with that of runs. */
export interface LiveSourceRun extends Omit<LiveRunItem, "fault"> {
  readonly uri: vscode.Uri;
}

export interface LiveSource {
  /** Those under way first, then the newest. */
  runs(): Promise<readonly LiveSourceRun[]>;
  running(): boolean;
  /** What waits and how much is left; empty: nothing waits. */
  queueWords(): Promise<string>;
}

export interface LiveParts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly source: LiveSource;
}

export function registerLive(parts: LiveParts): vscode.Disposable {
  let open: LivePanel | undefined;
  const attach = async (panel: vscode.WebviewPanel, first: readonly string[] | null): Promise<void> => {
    const { LivePanel } = await import("./livePanel.ts");
    const attached = new LivePanel(panel, parts, first);
    open = attached;
    panel.onDidDispose(() => {
      attached.dispose();
      if (open === attached) open = undefined;
    });
  };
  return vscode.Disposable.from(
    registerCommand(parts.log, commands.showLiveRuns, (node, many) => {
      const rows = Array.isArray(many) && many.length > 0 ? many : [node];
      const asked = rows.flatMap(row => folderOf(row) ?? []);
      if (open !== undefined) return open.show(asked);
      const panel = vscode.window.createWebviewPanel(
        livePanel,
        "Live Charts",
        vscode.ViewColumn.Active,
        webviewOptions(parts.extension),
      );
      return attach(panel, asked.length > 0 ? asked : null);
    }),
    vscode.window.registerWebviewPanelSerializer(livePanel, {
      deserializeWebviewPanel: async panel => attach(panel, null),
    }),
    new vscode.Disposable(() => open?.dispose()),
  );
}

/** The run folder of a row of the Runs view, as a URI. */
function folderOf(row: unknown): string | undefined {
  if (typeof row !== "object" || row === null) return undefined;
  const { run, stored } = row as { run?: { uri?: unknown }; stored?: { uri?: unknown } | null };
  const uri = stored?.uri ?? run?.uri;
  return uri instanceof vscode.Uri ? uri.toString() : undefined;
}
