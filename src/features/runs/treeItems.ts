// Rows of the Runs tree: label, description, icon, tooltip and accessible name.
import * as vscode from "vscode";
import { markdown } from "../../common/markdown.ts";
import type { Experiment } from "../../core/experiments/experiments.ts";
import { displayName } from "../../core/language/tags.ts";
import type { QueueEntry } from "../../core/live/queue.ts";
import { choicesOf } from "../../core/records/choices.ts";
import type { ExperimentName } from "../../core/results/otherExperiments.ts";
import { commands, experimentContextValue, runContextValue, waitingContextValue } from "../../manifest.ts";
import { tooltip } from "../../platform/markdown.ts";
import type { ActiveRun } from "../../workspace/runs/activeRun.ts";
import { holderWords, type OtherRun } from "../../workspace/runs/otherWindows.ts";
import {
  activeWords,
  briefWords,
  countWords,
  scoreWords,
  statusWords,
  waitingWords,
} from "../../workspace/runs/runText.ts";
import type { BrokenRun, StoredRun } from "../../workspace/runs/storedRun.ts";

function labelOf({ mixture, seed }: { readonly mixture: string; readonly seed: number }): string {
  return mixture === "base" ? "base" : `${mixture}, seed ${seed}`;
}

export function activeItem(run: ActiveRun, stored: StoredRun | null): vscode.TreeItem {
  const item = goingItem(run, stored, activeWords(run));
  item.description = briefWords(run);
  item.id = `active:${run.id}`;
  item.contextValue = `${runContextValue}Active`;
  item.iconPath = new vscode.ThemeIcon("loading~spin");
  return item;
}

export function otherItem({ holder, run }: OtherRun, stored: StoredRun | null): vscode.TreeItem {
  const where = `in ${holderWords(holder)}`;
  const item =
    run === null
      ? new vscode.TreeItem("Running")
      : goingItem(run, stored, `${activeWords(run)}, ${where}`, where);
  const who = holder.user === "" ? "other window" : `${holder.user}, other window`;
  item.description = run === null ? where : `${who} · ${briefWords(run)}`;
  item.id = `other:${holder.token}`;
  item.contextValue = `${runContextValue}Active`;
  item.iconPath = new vscode.ThemeIcon("remote-explorer");
  return item;
}

function goingItem(run: ActiveRun, stored: StoredRun | null, words: string, where = ""): vscode.TreeItem {
  const item = new vscode.TreeItem(labelOf(run));
  item.description = words;
  const lines = [markdown`**${run.mixture}**, run ${run.index} of ${run.total}`];
  if (where !== "") lines.push(markdown`Runs ${where}.`);
  if (run.progress?.message) lines.push(markdown`${run.progress.message}`);
  if (run.step !== null) {
    lines.push(markdown`Step ${run.step.step} of ${run.step.steps}, loss ${run.step.loss.toFixed(3)}`);
    lines.push(markdown`${Math.round(run.step.tokensPerSecond).toLocaleString("en")} tokens per second`);
  }
  if (stored !== null) lines.push(markdown`${countLines(stored.record.counts)}`);
  item.tooltip = tooltip(lines);
  item.accessibilityInformation = { label: `${labelOf(run)}, running: ${words}` };
  item.command = { command: commands.showLiveRuns, title: "Show Live Charts" };
  return item;
}

export function waitingItem(
  run: QueueEntry,
  place: number,
  seconds: number | undefined,
  paused: boolean,
): vscode.TreeItem {
  const item = new vscode.TreeItem(labelOf(run));
  item.id = `waiting:${run.id}`;
  const words = waitingWords(place, seconds, paused);
  item.description = words;
  item.iconPath = new vscode.ThemeIcon(
    paused ? "debug-pause" : "clock",
    new vscode.ThemeColor("disabledForeground"),
  );
  item.contextValue = waitingContextValue;
  item.tooltip = [
    words,
    ...(run.resume === null ? [] : ["Resumes from its checkpoint."]),
    ...(run.own ? [] : ["This run came with the folder: resume the queue to run it here."]),
  ].join(". ");
  item.accessibilityInformation = { label: `${labelOf(run)}, in the queue: ${words}` };
  return item;
}

const icons: Record<StoredRun["record"]["status"], vscode.ThemeIcon> = {
  running: new vscode.ThemeIcon("sync", new vscode.ThemeColor("charts.blue")),
  done: new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed")),
  failed: new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed")),
  cancelled: new vscode.ThemeIcon("circle-slash", new vscode.ThemeColor("disabledForeground")),
};

export function storedItem(run: StoredRun): vscode.TreeItem {
  const { record, metrics } = run;
  const item = new vscode.TreeItem(labelOf(record));
  item.id = run.uri.toString();
  const score = scoreWords(metrics);
  const outcome = record.status === "done" && score !== null ? score : statusWords(record);
  item.description = [outcome, countWords(record.counts)].join(" · ");
  item.iconPath = icons[record.status];
  item.contextValue = `${runContextValue}${run.tuned ? "Tuned" : ""}${run.resumable ? "Resumable" : ""}`;
  const lines = [markdown`**${record.mixture}**, seed ${record.seed}: ${statusWords(record)}`];
  if (record.error !== null) lines.push(markdown`${record.error.message} ${record.error.remedy}`);
  if (run.metricsFault !== undefined) lines.push(markdown`${run.metricsFault}.`);
  lines.push(markdown`Started ${new Date(record.started).toLocaleString()}`);
  lines.push(markdown`Model ${record.configuration.model}`);
  if (record.lock !== null) lines.push(markdown`Device ${record.lock.device}`);
  if (Object.keys(record.counts).length > 0) lines.push(markdown`${countLines(record.counts)}`);
  for (const choice of choicesOf(record)) lines.push(markdown`${choice}`);
  item.tooltip = tooltip(lines);
  item.command = {
    command: commands.showResults,
    title: "Show Results",
    arguments: [{ kind: "stored", run }],
  };
  item.accessibilityInformation = { label: `${labelOf(record)}: ${item.description}` };
  return item;
}

/**
 * @param name Mixture file and differences.
 * @param open Whether to expand the item, as for the newest experiment.
 */
export function experimentItem(
  experiment: Experiment<StoredRun>,
  { file, mark }: ExperimentName,
  runs: readonly StoredRun[],
  open: boolean,
): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const { record } = experiment.newest;
  const name = vscode.workspace.asRelativePath(vscode.Uri.file(file));
  const item = new vscode.TreeItem(mark === "" ? name : mark, open ? Expanded : Collapsed);
  const count = runs.length === 1 ? "1 run" : `${runs.length} runs`;
  const time = new Date(record.started).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  // Identified by its oldest run, which stays as newer ones join.
  item.id = `experiment:${runs.at(-1)?.uri.toString() ?? ""}`;
  item.description = [...(mark === "" ? [] : [name]), count, time].join(" · ");
  item.iconPath = new vscode.ThemeIcon("beaker");
  item.contextValue = experimentContextValue;
  item.tooltip = `${count} that can be compared with each other${mark === "" ? "" : `: ${mark}`}. The newest started ${time}.`;
  item.accessibilityInformation = { label: `Experiment ${item.label}: ${item.description}` };
  return item;
}

export function brokenItem(run: BrokenRun): vscode.TreeItem {
  const item = new vscode.TreeItem(run.folder);
  item.id = run.uri.toString();
  item.description = "unreadable";
  item.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  item.tooltip = run.fault;
  item.contextValue = runContextValue;
  item.accessibilityInformation = { label: `${run.folder}, unreadable: ${run.fault}` };
  return item;
}

function countLines(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([language, count]) => `${displayName(language)} ${count.toLocaleString("en")}`)
    .join(", ");
}
