// Puts the parts of runs together: store, queue, tree, status bar, commands.
import * as vscode from "vscode";
import { views } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import { registerRunCommands } from "./runCommands.ts";
import { RunQueue } from "./runQueue.ts";
import { RunStore } from "./runStore.ts";
import { RunsTree } from "./runsTree.ts";
import { showRunInStatusBar } from "./statusBar.ts";

export interface Runs extends vscode.Disposable {
  readonly store: RunStore;
  readonly queue: RunQueue;
  /** Fires when the first run of a queue starts and when the last has ended. */
  readonly onDidChangeRunning: vscode.Event<void>;
}

export function registerRuns(parts: {
  readonly log: Log;
  readonly launch: RuntimeLauncher;
  readonly shownFile: () => vscode.Uri | undefined;
}): Runs {
  const store = new RunStore(parts.log);
  const queue = new RunQueue(store, parts.launch, parts.log);
  const tree = vscode.window.createTreeView(views.runs, {
    treeDataProvider: new RunsTree(store, queue),
    canSelectMany: true,
  });
  const changedRunning = new vscode.EventEmitter<void>();
  let running = false;
  queue.onDidChange(() => {
    if (queue.running === running) return;
    running = queue.running;
    changedRunning.fire();
  });
  const registered = vscode.Disposable.from(
    tree,
    showRunInStatusBar(queue),
    registerRunCommands({ ...parts, store, queue }),
    changedRunning,
    queue,
    store,
  );
  return { store, queue, onDidChangeRunning: changedRunning.event, dispose: () => registered.dispose() };
}
