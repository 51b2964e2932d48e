// Pinch: Compare Settings. Shows the settings of two runs in the diff editor; nothing is written to disk.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { differenceMark, settingDifferences } from "../../core/experiments/settingDifferences.ts";
import { settingsText } from "../../core/experiments/settingsText.ts";
import { settingsScheme } from "../../manifest.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";

/** Content of a document of this scheme. */
export async function settingsDocument(store: RunStore, { query }: vscode.Uri): Promise<string> {
  const run = (await store.all()).find(({ uri }) => uri.toString() === query);
  return run === undefined ? "This run no longer exists.\n" : settingsText(run.record);
}

/** @param chosen The first two runs are shown left and right; the user is asked for missing ones. */
export async function compareSettings(store: RunStore, chosen: readonly StoredRun[]): Promise<void> {
  const runs = await store.all();
  if (runs.length < 2)
    throw new HumanError("Comparing settings needs at least two runs.", {
      remedy: "Run a mixture first.",
    });
  const left = chosen[0] ?? (await pick(runs, "Compare the settings of which run?", null));
  if (left === undefined) return;
  const others = runs.filter(run => run.uri.toString() !== left.uri.toString());
  const right =
    chosen[1] ?? (await pick(others, `Compare the settings of ${nameOf(left)} with which run?`, left));
  if (right === undefined) return;
  const title = `${nameOf(left)} ↔ ${nameOf(right)}, settings`;
  await vscode.commands.executeCommand("vscode.diff", settingsUri(left), settingsUri(right), title);
}

async function pick(
  runs: readonly StoredRun[],
  title: string,
  beside: StoredRun | null,
): Promise<StoredRun | undefined> {
  const items = runs.map(run => {
    const differences = beside === null ? [] : settingDifferences(run.record, beside.record);
    return {
      label: run.record.mixture,
      description: [`seed ${run.record.seed}`, differenceMark(differences)].filter(Boolean).join(" · "),
      detail: new Date(run.record.started).toLocaleString(),
      run,
    };
  });
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.run;
}

function settingsUri(run: StoredRun): vscode.Uri {
  return vscode.Uri.from({ scheme: settingsScheme, path: `/${run.folder}`, query: run.uri.toString() });
}

function nameOf({ record }: StoredRun): string {
  return `${record.mixture}, seed ${record.seed}`;
}
