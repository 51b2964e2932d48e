// The current run in the status bar, whether of this window or another: phase, percent and time left.
import * as vscode from "vscode";
import { markdown } from "../../common/markdown.ts";
import { commands, contextKeys } from "../../manifest.ts";
import { besideIcons, tooltip } from "../../platform/markdown.ts";
import { holderWords } from "../../workspace/runs/otherWindows.ts";
import type { RunQueue } from "../../workspace/runs/runQueue.ts";
import { progressWords } from "../../workspace/runs/runText.ts";

/** Shows an item while a run is in progress, and keeps the queue's context keys up to date. */
export function showRunInStatusBar(queue: RunQueue): vscode.Disposable {
  let item: vscode.StatusBarItem | undefined;
  const keys = new Map<string, boolean>();
  const keep = (key: string, value: boolean) => {
    if (keys.get(key) === value) return;
    keys.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  };
  const update = () => {
    keep(contextKeys.running, queue.running || queue.others.length > 0);
    keep(contextKeys.paused, queue.paused && queue.waiting.length > 0);
    const [other] = queue.others;
    const run = queue.active ?? other?.run ?? null;
    if (run === null) {
      item?.dispose();
      item = undefined;
      return;
    }
    if (item === undefined) {
      item = vscode.window.createStatusBarItem("pinch.progress", vscode.StatusBarAlignment.Left, 10);
      item.name = "Pinch run";
      item.command = commands.showLiveRuns;
      item.show();
    }
    const place = run.total > 1 ? ` (${run.index} of ${run.total})` : "";
    const words = run.stopping ? "stopping" : progressWords(run.progress);
    const own = queue.active !== null;
    item.text = `$(${own ? "sync~spin" : "remote-explorer"}) Pinch: ${besideIcons(run.mixture)}${place} ${words}`;
    const where = own || other === undefined ? "" : `, in ${holderWords(other.holder)}`;
    item.accessibilityInformation = { label: `Pinch runs ${run.mixture}${place}: ${words}${where}` };
    const lines = [
      markdown`${run.progress?.message ?? "Starting the runtime process."}`,
      ...(where === "" ? [] : [markdown`Runs${where}.`]),
    ];
    item.tooltip = tooltip(lines, [
      { title: "Live Charts", command: commands.showLiveRuns },
      { title: "Stop Run", command: commands.stopRun },
      { title: "Stop All", command: commands.stopAllRuns },
    ]);
  };
  return vscode.Disposable.from(queue.onDidChange(update), new vscode.Disposable(() => item?.dispose()));
}
