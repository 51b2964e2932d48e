// The commands of runs: start, stop, open and delete, and what is said when a queue of runs ends.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { baseMixtureName } from "../../core/run/records.ts";
import { commands, views } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { registerCommand, showFailure, showNotice } from "../../platform/messages.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import { readSettings, runsRoot } from "../../platform/settings.ts";
import { type ChosenRuns, chooseRuns } from "./chooseRuns.ts";
import { exportRun } from "./exportRun.ts";
import type { QueuedRun, RunQueue } from "./runQueue.ts";
import type { RunStore, StoredRun } from "./runStore.ts";
import { folderOfNode } from "./runsTree.ts";

export interface RunParts {
  readonly store: RunStore;
  readonly queue: RunQueue;
  readonly launch: RuntimeLauncher;
  readonly log: Log;
  /** The mixture file that the Mixture view shows. */
  readonly shownFile: () => vscode.Uri | undefined;
}

export function registerRunCommands(parts: RunParts): vscode.Disposable {
  const { store, queue, log } = parts;
  return vscode.Disposable.from(
    registerCommand(log, commands.runMixture, async (target, mixture) => {
      if (!vscode.workspace.isTrusted) {
        throw new HumanError("Runs need a trusted workspace.", {
          remedy: "Trust this workspace (Workspaces: Manage Workspace Trust), then run again.",
        });
      }
      if (queue.running) {
        showNotice("A run is under way.", [{ title: "Stop Run", run: () => queue.stop() }]);
        return;
      }
      const asked = {
        ...(target instanceof vscode.Uri ? { file: target } : {}),
        ...(typeof mixture === "string" ? { mixture } : {}),
      };
      const chosen = await chooseRuns(asked, parts.shownFile());
      if (chosen !== undefined) await start(parts, chosen.file, queueOf(chosen));
    }),
    registerCommand(log, commands.stopRun, () => queue.stop()),
    registerCommand(log, commands.showLog, () => log.show()),
    registerCommand(log, commands.refreshRuns, () => store.refresh()),
    registerCommand(log, commands.openRunFolder, async node => {
      const run = folderOfNode(node);
      if (run === undefined) return;
      const inside = vscode.workspace.getWorkspaceFolder(run.uri) !== undefined;
      await vscode.commands.executeCommand(inside ? "revealInExplorer" : "revealFileInOS", run.uri);
    }),
    registerCommand(log, commands.resumeRun, async node => {
      const run = folderOfNode(node);
      if (run === undefined || !("record" in run)) return;
      const { record, uri: resume } = run;
      const file = vscode.Uri.file(record.configuration.file);
      await start(parts, file, [{ file, mixture: record.mixture, seed: record.seed, resume }]);
    }),
    registerCommand(log, commands.exportRun, node => exportRun(parts, folderOfNode(node))),
    registerCommand(log, commands.deleteRun, async (node, selected) => {
      const nodes = Array.isArray(selected) && selected.length > 0 ? selected : [node];
      const runs = nodes.flatMap(each => folderOfNode(each) ?? []);
      const going = runs.find(run => "record" in run && run.record.status === "running");
      if (going !== undefined) {
        throw new HumanError(`${going.folder} is being written by a run.`, {
          remedy: "Stop that run first, then delete its folder.",
        });
      }
      await deleteRuns(store, runs);
    }),
  );
}

async function deleteRuns(
  store: RunStore,
  runs: readonly { uri: vscode.Uri; folder: string }[],
): Promise<void> {
  const [first] = runs;
  if (first === undefined) return;
  const what = runs.length === 1 ? `the run folder ${first.folder}` : `${runs.length} run folders`;
  const remove = "Delete";
  const answer = await vscode.window.showWarningMessage(
    `Delete ${what}?`,
    { modal: true, detail: "The adapter, the samples and the scores in it are gone for good." },
    remove,
  );
  if (answer !== remove) return;
  for (const run of runs) await store.delete(run.uri);
}

/** The untuned model first, then every mixture with every seed. */
function queueOf({ file, parsed, mixtures }: ChosenRuns): QueuedRun[] {
  const [firstSeed = 0] = parsed.seeds;
  return [
    { file, mixture: baseMixtureName, seed: firstSeed },
    ...parsed.seeds.flatMap(seed => mixtures.map(mixture => ({ file, mixture, seed }))),
  ];
}

async function start(parts: RunParts, file: vscode.Uri, items: readonly QueuedRun[]): Promise<void> {
  const { queue, log } = parts;
  const workspace = vscode.workspace.getWorkspaceFolder(file) ?? vscode.workspace.workspaceFolders?.[0];
  if (workspace === undefined) {
    throw new HumanError("Runs are kept in the workspace folder, and none is open.", {
      remedy: "Open the folder that holds the mixture file, then run again.",
    });
  }
  const settings = { out: runsRoot(workspace), device: readSettings(file).device };
  const results = {
    title: "Show Results",
    run: () => vscode.commands.executeCommand(commands.showResults, file),
  };
  const end = await vscode.window.withProgress({ location: { viewId: views.runs } }, () =>
    queue.run(items, settings),
  );
  switch (end.kind) {
    case "done":
      showNotice(`${namesOf(items)} finished.`, [results]);
      return;
    case "cancelled":
      showNotice(
        end.finished > 0 ? `Stopped after ${end.finished} of ${items.length} runs.` : "The run was stopped.",
        end.finished > 0 ? [results] : [],
      );
      return;
    case "failed": {
      const again = (left: readonly QueuedRun[]) =>
        start(parts, file, left).catch((error: unknown) => showFailure(log, error));
      const stopped = await stoppedRun(parts.store, end.left[0]);
      const resumed = end.left.map((item, i) =>
        i === 0 && stopped ? { ...item, resume: stopped.uri } : item,
      );
      showFailure(log, end.error, [
        ...(stopped ? [{ title: "Resume Run", run: () => again(resumed) }] : []),
        { title: "Run Again", run: () => again(end.left.map(({ resume: _, ...item }) => item)) },
      ]);
    }
  }
}

/** What the failed run left to go on from. */
async function stoppedRun(store: RunStore, item: QueuedRun | undefined): Promise<StoredRun | undefined> {
  if (item === undefined) return undefined;
  return (await store.runs()).find(
    ({ record, resumable }) =>
      resumable &&
      record.mixture === item.mixture &&
      record.seed === item.seed &&
      record.configuration.file === item.file.fsPath,
  );
}

function namesOf(items: readonly QueuedRun[]): string {
  const names = [...new Set(items.map(item => item.mixture))].filter(name => name !== baseMixtureName);
  if (names.length <= 3) return names.join(", ") || "The untuned model";
  return `${names.length} mixtures`;
}
