// The commands of runs: start, stop, resume, duplicate, open, export and delete.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import type { SweepInputs } from "../../core/experiments/sweepInputs.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import { commands, views } from "../../manifest.ts";
import { confirm, registerCommand } from "../../platform/messages.ts";
import { requireTrust } from "../../platform/trust.ts";
import type { NewEntry } from "../../workspace/runs/queueParts.ts";
import type { RunQueue } from "../../workspace/runs/runQueue.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { ChosenRuns } from "./chooseRuns.ts";
import { entryOfNode, folderOfNode } from "./runsTree.ts";

/** @param selected The selected rows of the Runs view, to which key bindings apply. */
export function registerRunCommands(
  workspace: Workspace,
  selected: () => readonly unknown[],
): vscode.Disposable {
  const { runs: store, queue, log, launch, currentMixtureFile } = workspace;
  /** Rows that a command was called on: from the menu, or from the selection when called by key. */
  const rowsOf = (node: unknown, many: unknown): readonly unknown[] => {
    if (Array.isArray(many) && many.length > 0) return many;
    return node === undefined ? selected() : [node];
  };
  const entriesOf = (node: unknown, many: unknown): string[] =>
    rowsOf(node, many).flatMap(row => entryOfNode(row) ?? []);
  const run = async (target: unknown, mixture: unknown, all: boolean) => {
    requireTrust("Runs");
    const { chooseRuns } = await import("./chooseRuns.ts");
    const chosen = await chooseRuns(askedFor(target, mixture), currentMixtureFile.uri, all);
    if (chosen === undefined) return;
    const { requireRunnable } = await import("./requireRunnable.ts");
    const inputs = await requireRunnable(launch, chosen);
    await start(queue, queueOf(chosen, inputs));
  };
  return vscode.Disposable.from(
    registerCommand(log, commands.runMixture, (target, mixture) => run(target, mixture, false)),
    registerCommand(log, commands.runAllMixtures, target => run(target, undefined, true)),
    registerCommand(log, commands.stopRun, async (node, many) => {
      const ids = node === undefined ? [] : entriesOf(node, many);
      await queue.stop(ids.length > 0 ? ids : undefined);
    }),
    registerCommand(log, commands.stopAllRuns, () => queue.pause()),
    registerCommand(log, commands.moveRunUp, (node, many) => queue.shift(entriesOf(node, many), -1)),
    registerCommand(log, commands.moveRunDown, (node, many) => queue.shift(entriesOf(node, many), 1)),
    registerCommand(log, commands.forgetQueue, () => forgetQueue(queue)),
    registerCommand(log, commands.showLog, () => log.show()),
    registerCommand(log, commands.refreshRuns, () => store.refreshAll()),
    registerCommand(log, commands.openRunFolder, async node => {
      const found = folderOfNode(rowsOf(node, undefined)[0]);
      if (found === undefined) return;
      const inside = vscode.workspace.getWorkspaceFolder(found.uri) !== undefined;
      await vscode.commands.executeCommand(inside ? "revealInExplorer" : "revealFileInOS", found.uri);
    }),
    registerCommand(log, commands.resumeRun, async (node, many) => {
      requireTrust("Runs");
      if (node === undefined && queue.paused) return queue.resume();
      const asked = rowsOf(node, many)
        .map(folderOfNode)
        .flatMap(folder => resumable(folder) ?? []);
      const runs = asked.length > 0 ? asked : await pickStopped(store);
      await start(queue, runs.map(resumedEntry));
    }),
    registerCommand(log, commands.duplicateRun, async node => {
      requireTrust("Runs");
      const row = rowsOf(node, undefined)[0];
      const folder = folderOfNode(row);
      const id = entryOfNode(row);
      const queued = [queue.active, ...queue.waiting].find(each => id !== undefined && each?.id === id);
      const of = folder !== undefined && "record" in folder ? entryFor(folder) : queued;
      const original = of ?? (await pickRun(store));
      if (original == null) return;
      const seed = await askSeed(original, await store.all());
      const { file, mixture } = original;
      if (seed !== undefined) await start(queue, [{ file, mixture, seed }]);
    }),
    registerCommand(log, commands.compareSettings, async (node, many) => {
      const { compareSettings } = await import("./compareSettings.ts");
      const folders = (node === undefined ? [] : rowsOf(node, many)).map(folderOfNode);
      await compareSettings(
        store,
        folders.flatMap(folder => (folder !== undefined && "record" in folder ? [folder] : [])),
      );
    }),
    registerCommand(log, commands.exportRun, async node => {
      const { exportRun } = await import("./exportRun.ts");
      await exportRun(workspace, folderOfNode(node));
    }),
    registerCommand(log, commands.pushRun, async node => {
      const { pushRun } = await import("./pushRun.ts");
      await pushRun(workspace, folderOfNode(node));
    }),
    registerCommand(log, commands.deleteRun, async (node, many) => {
      const { deleteRows } = await import("./deleteRuns.ts");
      await deleteRows(workspace, rowsOf(node, many));
    }),
  );
}

function askedFor(target: unknown, mixture: unknown): { file?: vscode.Uri; mixture?: string } {
  return {
    ...(target instanceof vscode.Uri ? { file: target } : {}),
    ...(typeof mixture === "string" ? { mixture } : {}),
  };
}

/** The untuned model first, then every mixture with every seed. */
function queueOf({ file: uri, parsed, mixtures }: ChosenRuns, inputs: SweepInputs): NewEntry[] {
  const file = uri.toString();
  const [firstSeed = 0] = parsed.seeds;
  return [
    { file, mixture: untunedName, seed: firstSeed, inputs },
    ...parsed.seeds.flatMap(seed => mixtures.map(mixture => ({ file, mixture, seed, inputs }))),
  ];
}

/** Settles when all of the runs have ended or need a user's decision. */
async function start(queue: RunQueue, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await vscode.window.withProgress({ location: { viewId: views.runs } }, () => queue.add(entries));
}

function entryFor({ record }: StoredRun): NewEntry {
  const file = vscode.Uri.file(record.configuration.file).toString();
  return { file, mixture: record.mixture, seed: record.seed };
}

export function resumedEntry(run: StoredRun): NewEntry {
  return { ...entryFor(run), resume: run.uri.toString() };
}

function resumable(folder: ReturnType<typeof folderOfNode>): StoredRun | undefined {
  return folder !== undefined && "record" in folder && folder.record.status !== "running"
    ? folder
    : undefined;
}

async function pickStopped(store: RunStore): Promise<readonly StoredRun[]> {
  const runs = (await store.all()).filter(run => run.resumable);
  if (runs.length === 0)
    throw new HumanError("There is no stopped run to resume.", { remedy: "Run a mixture instead." });
  const picked = await vscode.window.showQuickPick(runs.map(itemOf), {
    title: "Resume which runs?",
    canPickMany: true,
  });
  return (picked ?? []).map(({ run }) => run);
}

async function pickRun(store: RunStore): Promise<NewEntry | undefined> {
  const runs = await store.all();
  if (runs.length === 0)
    throw new HumanError("There are no runs to duplicate yet.", { remedy: "Run a mixture first." });
  const item = await vscode.window.showQuickPick(runs.map(itemOf), { title: "Duplicate which run?" });
  return item === undefined ? undefined : entryFor(item.run);
}

function itemOf(run: StoredRun) {
  const { mixture, seed, status, started } = run.record;
  return {
    label: mixture,
    description: `seed ${seed} · ${status}`,
    detail: new Date(started).toLocaleString(),
    run,
  };
}

/** Asks for a seed, suggesting an unused one, because the same seed would give the same bytes. */
async function askSeed(
  original: Pick<NewEntry, "file" | "mixture" | "seed">,
  runs: readonly StoredRun[],
): Promise<number | undefined> {
  const path = vscode.Uri.parse(original.file).fsPath;
  const used = runs
    .filter(({ record }) => record.mixture === original.mixture && record.configuration.file === path)
    .map(({ record }) => record.seed);
  const answer = await vscode.window.showInputBox({
    title: `Duplicate ${original.mixture}`,
    prompt: "Seed of the duplicate: the same seed gives the same result.",
    value: String(Math.max(original.seed, ...used) + 1),
    validateInput: text => (/^\d{1,9}$/.test(text.trim()) ? null : "A seed must be a whole number."),
  });
  return answer === undefined ? undefined : Number(answer.trim());
}

async function forgetQueue(queue: RunQueue): Promise<void> {
  const waiting = queue.waiting.length;
  const detail = `What runs is stopped${waiting > 0 ? `, and ${waiting} that wait are not run` : ""}. Run folders stay as they are.`;
  if (await confirm("Forget the queue of runs?", { detail, yes: "Forget Queue" })) await queue.forget();
}
