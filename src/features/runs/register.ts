// The Runs view, the status bar item, notifications and commands of runs.
import * as vscode from "vscode";
import { settingsScheme, views } from "../../manifest.ts";
import { queueInWords } from "../../workspace/runs/liveRuns.ts";
import type { RunQueue } from "../../workspace/runs/runQueue.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { notifyWhenRunsEnd } from "./notices.ts";
import { registerRunCommands } from "./runCommands.ts";
import { RunsTree } from "./runsTree.ts";
import { showRunInStatusBar } from "./statusBar.ts";

export function registerRuns(workspace: Workspace): vscode.Disposable {
  const { runs, queue, log } = workspace;
  const runsTree = new RunsTree(runs, queue);
  const tree = vscode.window.createTreeView(views.runs, {
    treeDataProvider: runsTree,
    dragAndDropController: runsTree,
    canSelectMany: true,
  });
  return vscode.Disposable.from(
    tree,
    vscode.workspace.registerTextDocumentContentProvider(settingsScheme, {
      provideTextDocumentContent: async uri =>
        (await import("./compareSettings.ts")).settingsDocument(runs, uri),
    }),
    showRunInStatusBar(queue),
    notifyWhenRunsEnd(queue, runs, log),
    registerRunCommands(workspace, () => tree.selection),
    queue.onDidChange(() => void describe(tree, queue, runs)),
  );
}

/** Shows the length of the queue next to the view's title and as its badge. */
async function describe(tree: vscode.TreeView<unknown>, queue: RunQueue, store: RunStore): Promise<void> {
  const words = await queueInWords(store, queue);
  tree.description = words;
  const count = queue.waiting.length + (queue.active === null ? 0 : 1);
  tree.badge = count === 0 ? undefined : { value: count, tooltip: words || "Pinch is running" };
}
