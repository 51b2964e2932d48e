// The run that is under way in the status bar: phase, percent, time left.
import * as vscode from "vscode";
import { commands, contextKeys, views } from "../../manifest.ts";
import type { RunQueue } from "./runQueue.ts";
import { progressWords } from "./words.ts";

/** Shows an item while the queue runs, and keeps the context key of it. */
export function showRunInStatusBar(queue: RunQueue): vscode.Disposable {
  let item: vscode.StatusBarItem | undefined;
  let running = false;
  const update = () => {
    if (queue.running !== running) {
      running = queue.running;
      void vscode.commands.executeCommand("setContext", contextKeys.running, running);
    }
    const active = queue.active;
    if (!running || active === null) {
      item?.dispose();
      item = undefined;
      return;
    }
    if (item === undefined) {
      item = vscode.window.createStatusBarItem("pinch.progress", vscode.StatusBarAlignment.Left, 10);
      item.name = "Pinch run";
      item.command = `${views.runs}.focus`;
      item.show();
    }
    const place = active.total > 1 ? ` (${active.index} of ${active.total})` : "";
    const words = active.stopping ? "stopping" : progressWords(active.progress);
    item.text = `$(sync~spin) Pinch: ${active.mixture}${place} ${words}`;
    const tooltip = new vscode.MarkdownString(
      `${active.progress?.message ?? "Starting the runtime process."}\n\n[Stop Run](command:${commands.stopRun})`,
    );
    tooltip.isTrusted = { enabledCommands: [commands.stopRun] };
    item.tooltip = tooltip;
  };
  return vscode.Disposable.from(queue.onDidChange(update), new vscode.Disposable(() => item?.dispose()));
}
