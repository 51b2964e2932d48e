// The current comparison in the status bar: its progress and a way to stop it.
import * as vscode from "vscode";
import { markdown } from "../../common/markdown.ts";
import { commands, contextKeys, views } from "../../manifest.ts";
import { tooltip } from "../../platform/markdown.ts";
import type { Comparing } from "../../workspace/comparisons/comparing.ts";

/** Shows an item while a comparison is running, and keeps the context key up to date. */
export function showComparisonInStatusBar(comparing: Comparing): vscode.Disposable {
  let item: vscode.StatusBarItem | undefined;
  const keepContext = (going: boolean) =>
    void vscode.commands.executeCommand("setContext", contextKeys.comparing, going);
  const update = () => {
    const { progress } = comparing;
    if (progress === null) {
      item?.dispose();
      item = undefined;
      keepContext(false);
      return;
    }
    if (item === undefined) {
      keepContext(true);
      item = vscode.window.createStatusBarItem("pinch.comparison", vscode.StatusBarAlignment.Left, 9);
      item.name = "Pinch comparison";
      item.command = `${views.runs}.focus`;
      item.show();
    }
    item.text = `$(sync~spin) Pinch: ${progress.state}`;
    item.tooltip = tooltip(
      [markdown`${progress.message ?? "Comparing runs."}`],
      [{ title: "Stop Comparison", command: commands.stopComparison }],
    );
  };
  return vscode.Disposable.from(comparing.onDidChange(update), new vscode.Disposable(() => item?.dispose()));
}
