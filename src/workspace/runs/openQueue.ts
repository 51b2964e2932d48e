// Opens this window's queue of runs: its file, its locks, and detection of other windows.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { quoted } from "../../common/visibleText.ts";
import type { QueueEntry } from "../../core/live/queue.ts";
import { queueFile, runningFile } from "../../manifest.ts";
import { FolderLock } from "../../node/folderLock.ts";
import { isNamedInside, isReallyInside, leadsTo } from "../../node/insideFolder.ts";
import { installationSeal } from "../../node/installation.ts";
import { SharedText } from "../../node/sharedText.ts";
import type { Log } from "../../platform/log.ts";
import { showFailure } from "../../platform/messages.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import { readSettings, runsRoot } from "../../platform/settings.ts";
import { QueueFile } from "./queueFile.ts";
import type { RunPlace } from "./queueParts.ts";
import { RunQueue } from "./runQueue.ts";
import type { RunStore } from "./runStore.ts";

export interface OpenQueue extends vscode.Disposable {
  readonly queue: RunQueue;
}

export function openQueue(needed: {
  readonly log: Log;
  readonly launch: RuntimeLauncher;
  readonly store: RunStore;
  /** VS Code's storage for this workspace. */
  readonly storage: vscode.Uri;
  /** VS Code's storage for this installation. */
  readonly installation: vscode.Uri;
}): OpenQueue {
  const { log, launch, store } = needed;
  const { path, within } = queuePlace(needed.storage);
  const text = new SharedText(path, within);
  const key = vscode.Uri.joinPath(needed.installation, "installation.key").fsPath;
  const file = new QueueFile(text, installationSeal(key, `queue ${path}`), ({ fault, remedy }) =>
    showFailure(
      log,
      new HumanError(`The queue of runs can't be read: ${fault}.`, {
        remedy: remedy ?? "Use Pinch: Forget Queue to start a new one; run folders are not affected.",
      }),
    ),
  );
  const locks = new FolderLocks();
  const queue = new RunQueue({
    file,
    store,
    launch,
    log,
    placeOf: run => locks.placeOf(run),
    pathOf: uri => vscode.Uri.parse(uri).fsPath,
    locks: () => locks.all(),
  });
  openWhenTrusted(queue, log);
  const opened = vscode.Disposable.from(watchOtherWindows(queue), queue, text);
  return { queue, dispose: () => opened.dispose() };
}

/**
 * Path of the queue, next to the run folders. VS Code gives each window its own storage, in which a second
 * window on the folder could neither see, fill nor stop the queue of the first. Without a folder nothing can
 * be queued.
 */
function queuePlace(storage: vscode.Uri): { readonly path: string; readonly within: string } {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri ?? storage;
  return { path: vscode.Uri.joinPath(root, ...queueFile.split("/")).fsPath, within: root.fsPath };
}

/** Continues the queue left by an earlier window, once the workspace is trusted. */
function openWhenTrusted(queue: RunQueue, log: Log): void {
  const open = () => queue.open().catch((error: unknown) => showFailure(log, error));
  if (vscode.workspace.isTrusted) void open();
  else vscode.workspace.onDidGrantWorkspaceTrust(open);
}

/** Locks of the workspace folders, one each. */
class FolderLocks {
  readonly #locks = new Map<string, FolderLock>();

  all(): FolderLock[] {
    return (vscode.workspace.workspaceFolders ?? []).map(folder => this.#of(folder));
  }

  placeOf(run: Pick<QueueEntry, "file" | "resume">): RunPlace {
    const file = vscode.Uri.parse(run.file);
    const folder = vscode.workspace.getWorkspaceFolder(file);
    if (file.scheme !== "file" || folder === undefined) {
      throw new HumanError(`${quoted(file.fsPath)} is outside the folders of this window.`, {
        remedy: "Open the folder that contains the mixture file, then run again.",
      });
    }
    const out = runsRoot(folder).fsPath;
    const lock = this.#of(folder);
    // A runs folder outside the workspace was set by the user, since the setting requires trust.
    for (const path of [out, lock.path].filter(each => isNamedInside(folder.uri.fsPath, each))) {
      if (isReallyInside(folder.uri.fsPath, path)) continue;
      throw new HumanError(`${path} leads out of the workspace folder, to ${leadsTo(path)}.`, {
        remedy: "Replace the link with a folder, or set the folder for runs in pinch.runsFolder.",
      });
    }
    if (run.resume !== null && !isReallyInside(out, vscode.Uri.parse(run.resume).fsPath)) {
      throw new HumanError(
        `${quoted(vscode.Uri.parse(run.resume).fsPath)} is not a run in this window's folders.`,
        {
          remedy: `Runs are in ${out}.`,
        },
      );
    }
    return {
      file: file.fsPath,
      out,
      device: readSettings(file).device,
      lock,
    };
  }

  #of(folder: vscode.WorkspaceFolder): FolderLock {
    const { fsPath } = vscode.Uri.joinPath(folder.uri, ...runningFile.split("/"));
    const lock = this.#locks.get(fsPath) ?? new FolderLock(fsPath);
    this.#locks.set(fsPath, lock);
    return lock;
  }
}

/** Makes the queue check again when a lock file of any window is created, changed or deleted. */
function watchOtherWindows(queue: RunQueue): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(`**/${runningFile}`);
  const look = () => queue.look();
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidChange(look),
    watcher.onDidDelete(look),
  );
}
