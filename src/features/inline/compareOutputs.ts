// Pinch: Compare Outputs. Shows the outputs of two runs in one language in the diff editor.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { displayName } from "../../core/language/tags.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type AnsweredRun, latestRuns, nameOf, seedWords } from "./answeredRuns.ts";
import { outputsUri } from "./outputDocuments.ts";

/** @param argument `{ folders, language }`; the user is asked for missing values. */
export async function compareOutputs(workspace: Workspace, argument: unknown): Promise<void> {
  const all = await workspace.runs.all();
  const { folders, language } = (argument ?? {}) as { folders?: unknown; language?: unknown };
  const named = Array.isArray(folders) ? all.filter(({ folder }) => folders.includes(folder)) : [];
  // Keeps the given order: the first run is on the left.
  const ordered = Array.isArray(folders)
    ? folders.flatMap(folder => named.find(run => run.folder === folder) ?? [])
    : [];
  const [left, right] = ordered.length === 2 ? ordered : ((await pickTwo(latestRuns(all))) ?? []);
  if (left === undefined || right === undefined) return;
  const tag = typeof language === "string" ? language : await pickLanguage(left, right);
  if (tag === undefined) return;
  const wanted = { language: tag, id: null };
  await vscode.commands.executeCommand(
    "vscode.diff",
    outputsUri(left, wanted),
    outputsUri(right, wanted),
    `${nameOf(left)} ↔ ${nameOf(right)}, ${displayName(tag)}`,
  );
}

async function pickTwo(runs: readonly AnsweredRun[]): Promise<readonly AnsweredRun[] | undefined> {
  if (runs.length < 2)
    throw new HumanError("Fewer than two runs have outputs to compare.", {
      remedy: "Run two mixtures first.",
    });
  const left = await pickRun(runs, "Compare the outputs of which run?");
  if (left === undefined) return undefined;
  const others = runs.filter(
    run => run !== left && languagesOf(run).some(tag => languagesOf(left).includes(tag)),
  );
  const right = await pickRun(others, `Compare ${nameOf(left)} with which run?`);
  return right === undefined ? undefined : [left, right];
}

async function pickRun(runs: readonly AnsweredRun[], title: string): Promise<AnsweredRun | undefined> {
  const items = runs.map(run => ({
    label: run.record.mixture,
    description: seedWords(run),
    detail: new Date(run.record.started).toLocaleString(),
    run,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.run;
}

async function pickLanguage(left: AnsweredRun, right: AnsweredRun): Promise<string | undefined> {
  const common = languagesOf(left).filter(tag => languagesOf(right).includes(tag));
  const items = common.map(tag => ({ label: displayName(tag), description: tag }));
  const item = await vscode.window.showQuickPick(items, { title: "Outputs in which language?" });
  return item?.description;
}

function languagesOf({ metrics }: AnsweredRun): string[] {
  return Object.keys(metrics?.languages ?? {});
}
