// Deletes rows of the Runs view: queued runs with an undo, run folders after a warning.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { comparisonFiles } from "../../core/records/comparison.ts";
import { listFolder } from "../../platform/files.ts";
import { confirm, showNotice } from "../../platform/messages.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import { lossWords } from "../../workspace/runs/runText.ts";
import type { BrokenRun, StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { entryOfNode, folderOfNode } from "./runsTree.ts";

export async function deleteRows(
  { runs, queue }: Pick<Workspace, "runs" | "queue">,
  rows: readonly unknown[],
): Promise<void> {
  const ids = rows.flatMap(row => entryOfNode(row) ?? []);
  const waiting = ids.filter(id => queue.waiting.some(entry => entry.id === id));
  const folders = rows.flatMap(row => folderOfNode(row) ?? []);
  const going = folders.find(run => "record" in run && run.record.status === "running");
  if (going !== undefined || ids.length > waiting.length) {
    throw new HumanError(`${going?.folder ?? "The run"} is in use by a run.`, {
      remedy: "Stop that run first, then delete its folder.",
    });
  }
  if (waiting.length > 0) {
    const undo = await queue.remove(waiting);
    const what = waiting.length === 1 ? "A run was" : `${waiting.length} runs were`;
    showNotice(`${what} removed from the queue.`, [{ title: "Undo", run: undo }]);
  }
  await deleteFolders(runs, folders);
}

async function deleteFolders(store: RunStore, runs: readonly (StoredRun | BrokenRun)[]): Promise<void> {
  const [first] = runs;
  if (first === undefined) return;
  const what = runs.length === 1 ? `the run folder ${first.folder}` : `${runs.length} run folders`;
  const held = await Promise.all(runs.map(({ uri }) => namesIn(uri)));
  if (!(await confirm(`Delete ${what}?`, { detail: lossWords(held), yes: "Delete" }))) return;
  for (const run of runs) await store.delete(run.uri);
}

/** Names of the files in a run folder and in its comparisons. */
async function namesIn(folder: vscode.Uri): Promise<string[]> {
  const names = (await listFolder(folder)).map(([name]) => name);
  if (!names.includes(comparisonFiles.folder)) return names;
  const comparisons = vscode.Uri.joinPath(folder, comparisonFiles.folder);
  const inside = (await listFolder(comparisons)).map(async ([name]) =>
    (await listFolder(vscode.Uri.joinPath(comparisons, name))).map(([file]) => file),
  );
  return [...names, ...(await Promise.all(inside)).flat()];
}
