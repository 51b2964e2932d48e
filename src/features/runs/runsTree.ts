// The Runs tree: what waits, what runs with its time left, and every run folder of the workspace.
import * as vscode from "vscode";
import { displayName } from "../../core/language/tags.ts";
import { commands, runContextValue } from "../../manifest.ts";
import type { ActiveRun, QueuedRun, RunQueue } from "./runQueue.ts";
import type { BrokenRun, RunStore, StoredRun } from "./runStore.ts";
import { countWords, progressWords, scoreWords, statusWords } from "./words.ts";

export type RunNode =
  | { readonly kind: "active"; readonly run: ActiveRun; readonly stored: StoredRun | null }
  | { readonly kind: "waiting"; readonly run: QueuedRun; readonly place: number }
  | { readonly kind: "stored"; readonly run: StoredRun }
  | { readonly kind: "broken"; readonly run: BrokenRun };

/** The folder of the run that a row stands for; undefined for rows without one. */
export function folderOfNode(node: unknown): StoredRun | BrokenRun | undefined {
  if (typeof node !== "object" || node === null || !("kind" in node)) return undefined;
  const row = node as RunNode;
  if (row.kind === "stored" || row.kind === "broken") return row.run;
  return row.kind === "active" ? (row.stored ?? undefined) : undefined;
}

export class RunsTree implements vscode.TreeDataProvider<RunNode> {
  readonly #store: RunStore;
  readonly #queue: RunQueue;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(store: RunStore, queue: RunQueue) {
    this.#store = store;
    this.#queue = queue;
    store.onDidChange(() => this.#changed.fire(undefined));
    queue.onDidChange(() => this.#changed.fire(undefined));
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (node !== undefined) return [];
    const runs = await this.#store.runs();
    const active = this.#queue.active;
    const stored = runs.find(run => active !== null && isWrittenBy(run, active)) ?? null;
    return [
      ...(active === null ? [] : [{ kind: "active", run: active, stored } as const]),
      ...this.#queue.waiting.map((run, index) => ({ kind: "waiting", run, place: index + 1 }) as const),
      ...runs.filter(run => run !== stored).map(run => ({ kind: "stored", run }) as const),
      ...this.#store.broken().map(run => ({ kind: "broken", run }) as const),
    ];
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case "active":
        return activeItem(node.run, node.stored);
      case "waiting":
        return waitingItem(node.run, node.place);
      case "stored":
        return storedItem(node.run);
      case "broken":
        return brokenItem(node.run);
    }
  }
}

function isWrittenBy(run: StoredRun, active: ActiveRun): boolean {
  return run.record.pid === active.pid && run.record.status === "running";
}

function labelOf(mixture: string, seed: number): string {
  return mixture === "base" ? "base" : `${mixture}, seed ${seed}`;
}

function activeItem(run: ActiveRun, stored: StoredRun | null): vscode.TreeItem {
  const item = new vscode.TreeItem(labelOf(run.mixture, run.seed));
  item.id = `active:${run.mixture}:${run.seed}`;
  item.description = run.stopping ? "stopping" : progressWords(run.progress);
  item.iconPath = new vscode.ThemeIcon("loading~spin");
  item.contextValue = `${runContextValue}Active`;
  const lines = [`**${escaped(run.mixture)}**, run ${run.index} of ${run.total}`];
  if (run.progress?.message) lines.push(escaped(run.progress.message));
  if (run.step !== null) {
    lines.push(`Step ${run.step.step} of ${run.step.steps}, loss ${run.step.loss.toFixed(3)}`);
    lines.push(`${Math.round(run.step.tokensPerSecond).toLocaleString("en")} tokens a second`);
  }
  if (stored !== null) lines.push(countLines(stored.record.counts));
  item.tooltip = markdown(lines);
  return item;
}

function waitingItem(run: QueuedRun, place: number): vscode.TreeItem {
  const item = new vscode.TreeItem(labelOf(run.mixture, run.seed));
  item.id = `waiting:${run.mixture}:${run.seed}`;
  item.description = place === 1 ? "next" : "waiting";
  item.iconPath = new vscode.ThemeIcon("clock", new vscode.ThemeColor("disabledForeground"));
  return item;
}

const icons: Record<StoredRun["record"]["status"], vscode.ThemeIcon> = {
  running: new vscode.ThemeIcon("sync", new vscode.ThemeColor("charts.blue")),
  done: new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed")),
  failed: new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed")),
  cancelled: new vscode.ThemeIcon("circle-slash", new vscode.ThemeColor("disabledForeground")),
};

function storedItem(run: StoredRun): vscode.TreeItem {
  const { record, metrics } = run;
  const item = new vscode.TreeItem(labelOf(record.mixture, record.seed));
  item.id = run.uri.toString();
  const score = scoreWords(metrics);
  const outcome = record.status === "done" && score !== null ? score : statusWords(record);
  item.description = [outcome, countWords(record.counts)].join(" · ");
  item.iconPath = icons[record.status];
  item.contextValue = `${runContextValue}${run.tuned ? "Tuned" : ""}${run.resumable ? "Resumable" : ""}`;
  const lines = [`**${escaped(record.mixture)}**, seed ${record.seed}: ${statusWords(record)}`];
  if (record.error !== null) lines.push(escaped(`${record.error.message} ${record.error.remedy}`.trim()));
  lines.push(`Started ${new Date(record.started).toLocaleString()}`);
  lines.push(escaped(`Model ${record.configuration.model}`));
  if (record.lock !== null) lines.push(`Device ${escaped(record.lock.device)}`);
  if (Object.keys(record.counts).length > 0) lines.push(countLines(record.counts));
  item.tooltip = markdown(lines);
  item.command = {
    command: commands.showResults,
    title: "Show Results",
    arguments: [{ kind: "stored", run }],
  };
  item.accessibilityInformation = { label: `${labelOf(record.mixture, record.seed)}: ${item.description}` };
  return item;
}

function brokenItem(run: BrokenRun): vscode.TreeItem {
  const item = new vscode.TreeItem(run.folder);
  item.id = run.uri.toString();
  item.description = "unreadable";
  item.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  item.tooltip = run.fault;
  item.contextValue = runContextValue;
  return item;
}

function countLines(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([language, count]) => `${escaped(displayName(language))} ${count.toLocaleString("en")}`)
    .join(", ");
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>]/g, "\\$&");
}

function markdown(lines: readonly string[]): vscode.MarkdownString {
  return new vscode.MarkdownString(lines.join("\n\n"));
}
