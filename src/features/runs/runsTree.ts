// The Runs tree: the current run of this or another window, the queue, and all run folders.
import * as vscode from "vscode";
import { type Experiment, experimentsOf } from "../../core/experiments/experiments.ts";
import type { QueueEntry } from "../../core/live/queue.ts";
import { type QueueTime, queueTime } from "../../core/live/queueTime.ts";
import { type ExperimentName, experimentName } from "../../core/results/otherExperiments.ts";
import { views } from "../../manifest.ts";
import type { ActiveRun } from "../../workspace/runs/activeRun.ts";
import { isFolderOf, pastRuns } from "../../workspace/runs/liveRuns.ts";
import type { OtherRun } from "../../workspace/runs/otherWindows.ts";
import type { RunQueue } from "../../workspace/runs/runQueue.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import type { BrokenRun, StoredRun } from "../../workspace/runs/storedRun.ts";
import { activeItem, brokenItem, experimentItem, otherItem, storedItem, waitingItem } from "./treeItems.ts";

/** Row of a current run; the object is kept while its text changes. */
type GoingNode =
  | { readonly kind: "active"; run: ActiveRun; readonly stored: StoredRun | null }
  | { readonly kind: "other"; run: OtherRun; readonly stored: StoredRun | null };

export type RunNode =
  | GoingNode
  | { readonly kind: "waiting"; readonly run: QueueEntry; readonly place: number }
  | { readonly kind: "stored"; readonly run: StoredRun }
  | ExperimentNode
  | { readonly kind: "broken"; readonly run: BrokenRun };

/** Experiment node: runs that can be compared with each other. Shown only if not all runs can be. */
interface ExperimentNode {
  readonly kind: "experiment";
  readonly experiment: Experiment<StoredRun>;
  readonly name: ExperimentName;
  /** Runs that are not part of a newer experiment. */
  readonly runs: readonly StoredRun[];
  readonly newest: boolean;
}

/** Run folder of a row; undefined for rows without one. */
export function folderOfNode(node: unknown): StoredRun | BrokenRun | undefined {
  if (!isNode(node) || node.kind === "experiment") return undefined;
  if (node.kind === "stored" || node.kind === "broken") return node.run;
  return node.kind === "waiting" ? undefined : (node.stored ?? undefined);
}

/** Queue id of a row; undefined for run folders. */
export function entryOfNode(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.kind === "active" || node.kind === "waiting") return node.run.id;
  return node.kind === "other" ? node.run.run?.id : undefined;
}

function isNode(node: unknown): node is RunNode {
  return typeof node === "object" && node !== null && "kind" in node && "run" in node;
}

const rowMime = `application/vnd.code.tree.${views.runs.toLowerCase()}`;

export class RunsTree implements vscode.TreeDataProvider<RunNode>, vscode.TreeDragAndDropController<RunNode> {
  readonly dropMimeTypes = [rowMime];
  readonly dragMimeTypes = [rowMime];
  readonly #store: RunStore;
  readonly #queue: RunQueue;
  readonly #changed = new vscode.EventEmitter<RunNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #time: QueueTime = queueTime([], []);
  #shape = "";
  /** Rows of current runs, as last passed to VS Code. */
  #going: readonly GoingNode[] = [];

  constructor(store: RunStore, queue: RunQueue) {
    this.#store = store;
    this.#queue = queue;
    store.onDidChange(() => this.#changed.fire(undefined));
    queue.onDidChange(() => this.#queueChanged());
  }

  /**
   * Progress changes the row of the current run many times a minute. Re-creating all rows would make clicks
   * on the buttons of any of them miss.
   */
  #queueChanged(): void {
    const { active, others, waiting, paused } = this.#queue;
    const rows = [active?.id, others.map(({ holder, run }) => [holder.token, run?.id]), paused];
    const shape = JSON.stringify([rows, waiting.map(({ id }) => id)]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#changed.fire(undefined);
      return;
    }
    for (const node of this.#going) {
      if (node.kind === "active" && active !== null) node.run = active;
      if (node.kind === "other") {
        const same = others.find(({ holder }) => holder.token === node.run.holder.token);
        if (same !== undefined) node.run = same;
      }
      this.#changed.fire(node);
    }
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (node?.kind === "experiment") return node.runs.map(run => ({ kind: "stored", run }) as const);
    if (node !== undefined) return [];
    const runs = await this.#store.all();
    const { active, others, waiting } = this.#queue;
    this.#time = queueTime(waiting, pastRuns(runs, active));
    const storedOf = (run: ActiveRun | null) => runs.find(stored => isFolderOf(stored, run)) ?? null;
    const own = storedOf(active);
    this.#going = [
      ...(active === null ? [] : [{ kind: "active", run: active, stored: own } as const]),
      ...others.map(run => ({ kind: "other", run, stored: storedOf(run.run) }) as const),
    ];
    // A stopped run that was queued again is shown in the queue.
    const resumed = new Set(waiting.map(({ resume }) => resume));
    const shown = new Set(this.#going.map(({ stored }) => stored));
    return [
      ...this.#going,
      ...waiting.map((run, index) => ({ kind: "waiting", run, place: index + 1 }) as const),
      ...byExperiment(runs.filter(run => !shown.has(run) && !resumed.has(run.uri.toString()))),
      ...this.#store.broken().map(run => ({ kind: "broken", run }) as const),
    ];
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case "active":
        return activeItem(node.run, node.stored);
      case "other":
        return otherItem(node.run, node.stored);
      case "waiting":
        return waitingItem(
          node.run,
          node.place,
          this.#time.each.get(node.run.id),
          this.#queue.paused || !node.run.own,
        );
      case "stored":
        return storedItem(node.run);
      case "experiment":
        return experimentItem(node.experiment, node.name, node.runs, node.newest);
      case "broken":
        return brokenItem(node.run);
    }
  }

  handleDrag(rows: readonly RunNode[], data: vscode.DataTransfer): void {
    const ids = rows.flatMap(row => (row.kind === "waiting" ? row.run.id : []));
    if (ids.length > 0) data.set(rowMime, new vscode.DataTransferItem(ids));
  }

  /**
   * Moves runs before the waiting row they are dropped on, to the front when dropped on the current run, else
   * to the end.
   */
  async handleDrop(target: RunNode | undefined, data: vscode.DataTransfer): Promise<void> {
    const ids: unknown = data.get(rowMime)?.value;
    if (!Array.isArray(ids)) return;
    const first = this.#queue.waiting[0]?.id ?? null;
    const before =
      target?.kind === "waiting"
        ? target.run.id
        : target?.kind === "active" || target?.kind === "other"
          ? first
          : null;
    await this.#queue.move(ids.map(String), before);
  }
}

/** Lists each run once, in the newest experiment that contains it; flat if all can be compared. */
function byExperiment(runs: readonly StoredRun[]): RunNode[] {
  const experiments = experimentsOf(runs).sort((a, b) =>
    b.newest.record.started.localeCompare(a.newest.record.started),
  );
  if (experiments.length < 2) return runs.map(run => ({ kind: "stored", run }) as const);
  const placed = new Set<StoredRun>();
  return experiments.map((experiment, i): ExperimentNode => {
    const own = experiment.runs.filter(run => !placed.has(run));
    for (const run of own) placed.add(run);
    const name = experimentName(experiment, experiments);
    return { kind: "experiment", experiment, name, runs: own, newest: i === 0 };
  });
}
