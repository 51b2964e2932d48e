// The run folders of the workspace, read when asked for and kept fresh by a file watcher.
import * as vscode from "vscode";
import { parseMetricsText } from "../../core/run/metricsRecord.ts";
import type { QueueEntry } from "../../core/run/queue.ts";
import type { MetricsRecord, RunRecord } from "../../core/run/records.ts";
import { baseMixtureName, candidatesFile, checkpointFile, runFiles } from "../../core/run/records.ts";
import { parseRunRecord } from "../../core/run/runRecord.ts";
import { type TrainedAmount, trainedAmount } from "../../core/run/trainedAmount.ts";
import { listFolder, readText, replaceText, statFile } from "../../platform/files.ts";
import type { Log } from "../../platform/log.ts";
import { isProcessAlive } from "../../platform/processAlive.ts";
import { runsRoot } from "../../platform/settings.ts";
import type { LeftRun } from "./queueParts.ts";
import { closed } from "./runRecord.ts";

export interface StoredRun {
  readonly uri: vscode.Uri;
  /** Name of the run folder. */
  readonly folder: string;
  readonly record: RunRecord;
  readonly metrics: MetricsRecord | null;
  /** Why its scores can't be used, in words. */
  readonly metricsFault?: string;
  /** null: nothing was trained, the run has not ended, or its steps can't be counted. */
  readonly trained: TrainedAmount | null;
  /** Its training came to an end: there is something to export. */
  readonly tuned: boolean;
  /** It was stopped, and left something to go on from. */
  readonly resumable: boolean;
}

/** A folder that holds no readable run. */
export interface BrokenRun {
  readonly uri: vscode.Uri;
  readonly folder: string;
  readonly fault: string;
}

/** Written last where training ends: an adapter, or a whole model. */
const weightFiles = [
  [runFiles.adapter, "adapter_config.json"],
  [runFiles.model, "model.safetensors"],
];
const checkpoints = [
  [runFiles.checkpoint, checkpointFile],
  [runFiles.candidates, candidatesFile],
];

/** A runtime whose window closed stops within some seconds; with a checkpoint of a large model. */
const leaveMs = 15_000;
const leaveLookMs = 200;
/** Changes on disk come in bursts: one look after the burst is enough. */
const settleMs = 150;

export class RunStore implements vscode.Disposable {
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #watchers: vscode.Disposable[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #runs: readonly StoredRun[] = [];
  #broken: readonly BrokenRun[] = [];
  /** The first reading: who asks meanwhile waits for it instead of seeing no runs. */
  #first: Promise<void> | null = null;
  #reading: Promise<void> | null = null;
  #again = false;
  readonly #claimed = new Set<number>();
  readonly #known = new Map<string, { readonly stamps: string; readonly run: StoredRun | BrokenRun }>();

  constructor(log: Log) {
    this.#log = log;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#watchers, this.#changed).dispose();
  }

  /** Newest first. Starts watching with the first call. */
  async runs(): Promise<readonly StoredRun[]> {
    if (this.#first === null) {
      this.#watch();
      this.#first = this.refresh().catch((error: unknown) => {
        this.#first = null;
        throw error;
      });
    }
    await this.#first;
    return this.#runs;
  }

  broken(): readonly BrokenRun[] {
    return this.#broken;
  }

  /** Reads every run folder again; calls that come in meanwhile lead to one more reading. */
  async refresh(): Promise<void> {
    if (this.#reading !== null) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = (async () => {
      do {
        this.#again = false;
        await this.#read();
      } while (this.#again);
    })();
    try {
      await this.#reading;
    } finally {
      this.#reading = null;
    }
    this.#changed.fire();
  }

  /** While claimed, a process is the claimer's to close: see `close`. */
  claim(pid: number): vscode.Disposable {
    this.#claimed.add(pid);
    return new vscode.Disposable(() => this.#claimed.delete(pid));
  }

  /** Closes the run that a dead process left behind; returns it, or null when it had not begun to write one. */
  async close(
    pid: number,
    status: "failed" | "cancelled",
    error: RunRecord["error"],
  ): Promise<StoredRun | null> {
    await this.runs();
    await this.refresh();
    const run = this.#runs.find(({ record }) => record.status === "running" && record.pid === pid);
    if (run === undefined) return null;
    await this.#write(run.uri, closed(run.record, status, error, new Date()));
    await this.refresh();
    return run;
  }

  /** What the process of an earlier window left of this entry, once that process is gone. */
  async leftBehind(pid: number, entry: QueueEntry): Promise<LeftRun | null> {
    for (let waited = 0; isProcessAlive(pid) && waited < leaveMs; waited += leaveLookMs)
      await new Promise(resolve => setTimeout(resolve, leaveLookMs));
    await this.runs();
    await this.refresh();
    const run = this.#runs.find(
      ({ record }) => record.pid === pid && record.mixture === entry.mixture && record.seed === entry.seed,
    );
    if (run === undefined) return null;
    return { status: run.record.status, resume: run.resumable ? run.uri.toString() : null };
  }

  async delete(uri: vscode.Uri): Promise<void> {
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: false });
    await this.refresh();
  }

  #watch(): void {
    const restart = () => {
      vscode.Disposable.from(...this.#watchers).dispose();
      this.#watchers = [
        vscode.workspace.onDidChangeWorkspaceFolders(restart),
        vscode.workspace.onDidChangeConfiguration(event => {
          if (event.affectsConfiguration("pinch.runsFolder")) restart();
        }),
      ];
      for (const folder of vscode.workspace.workspaceFolders ?? []) {
        const pattern = new vscode.RelativePattern(runsRoot(folder), "{*,*/run.json,*/metrics.json}");
        const watcher = vscode.workspace.createFileSystemWatcher(pattern);
        const soon = () => this.#soon();
        this.#watchers.push(
          watcher,
          watcher.onDidCreate(soon),
          watcher.onDidChange(soon),
          watcher.onDidDelete(soon),
        );
      }
      this.#soon();
    };
    restart();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.refresh().catch((error: unknown) =>
        this.#log.error(error instanceof Error ? error : String(error)),
      );
    }, settleMs);
  }

  async #read(): Promise<void> {
    const found: StoredRun[] = [];
    const broken: BrokenRun[] = [];
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const root = runsRoot(folder);
      for (const [name, type] of await listFolder(root)) {
        if ((type & vscode.FileType.Directory) === 0) continue;
        const run = await this.#readRun(vscode.Uri.joinPath(root, name), name);
        if (run === null) continue;
        if ("fault" in run) broken.push(run);
        else found.push(run);
      }
    }
    this.#runs = found.sort((a, b) => b.record.started.localeCompare(a.record.started));
    this.#broken = broken;
    const kept = new Set([...found, ...broken].map(({ uri }) => uri.toString()));
    for (const key of this.#known.keys()) if (!kept.has(key)) this.#known.delete(key);
  }

  async #readRun(uri: vscode.Uri, folder: string): Promise<StoredRun | BrokenRun | null> {
    const files = [runFiles.run, runFiles.metrics].map(name => vscode.Uri.joinPath(uri, name));
    const stamps = JSON.stringify(await Promise.all(files.map(statFile)));
    const known = this.#known.get(uri.toString());
    // Run records hold every example's id: hundreds of them are not read again for one that changed.
    if (known?.stamps === stamps && !isRunning(known.run)) return known.run;
    const run = await this.#parseRun(uri, folder);
    if (run !== null) this.#known.set(uri.toString(), { stamps, run });
    return run;
  }

  async #parseRun(uri: vscode.Uri, folder: string): Promise<StoredRun | BrokenRun | null> {
    const text = await readText(vscode.Uri.joinPath(uri, runFiles.run));
    if (text === null) return null;
    const parsed = parseRunRecord(text);
    if ("fault" in parsed) return { uri, folder, fault: `run.json cannot be read: ${parsed.fault}.` };
    const [weights, checkpoint] = await Promise.all([holdsAny(uri, weightFiles), holdsAny(uri, checkpoints)]);
    const tuned = weights && parsed.value.mixture !== baseMixtureName;
    const record = await this.#closeIfDead(uri, parsed.value, tuned || checkpoint);
    const stopped = record.status === "failed" || record.status === "cancelled";
    const kept = {
      tuned,
      resumable: stopped && (tuned || checkpoint),
      trained: record.status === "done" ? await readTrained(uri) : null,
    };
    const metricsText = await readText(vscode.Uri.joinPath(uri, runFiles.metrics));
    const metrics = metricsText === null ? null : parseMetricsText(metricsText);
    if (metrics !== null && "fault" in metrics) {
      const metricsFault = `metrics.json can't be used: ${metrics.fault}; score the responses again: pinch eval ${folder} --samples`;
      this.#log.warn(`${folder}: ${metricsFault}.`);
      return { uri, folder, record, metrics: null, metricsFault, ...kept };
    }
    return { uri, folder, record, metrics: metrics?.value ?? null, ...kept };
  }

  /** A run says `running` for ever when its process was killed with nobody watching: close it when it is found. */
  async #closeIfDead(uri: vscode.Uri, record: RunRecord, resumable: boolean): Promise<RunRecord> {
    if (record.status !== "running" || uri.scheme !== "file") return record;
    if (this.#claimed.has(record.pid) || isProcessAlive(record.pid)) return record;
    const error = {
      message: "The process of this run ended before the run did.",
      remedy: resumable
        ? "Resume the run to go on from its checkpoint."
        : "Run the mixture again; nothing that other runs wrote was harmed.",
    };
    const result = closed(record, "failed", error, new Date());
    if (vscode.workspace.isTrusted) await this.#write(uri, result);
    return result;
  }

  async #write(uri: vscode.Uri, record: RunRecord): Promise<void> {
    await replaceText(vscode.Uri.joinPath(uri, runFiles.run), `${JSON.stringify(record, null, 2)}\n`);
  }
}

async function readTrained(run: vscode.Uri): Promise<TrainedAmount | null> {
  const text = await readText(vscode.Uri.joinPath(run, runFiles.events));
  return text === null ? null : trainedAmount(text);
}

async function holdsAny(folder: vscode.Uri, paths: readonly (readonly string[])[]): Promise<boolean> {
  const found = await Promise.all(paths.map(path => statFile(vscode.Uri.joinPath(folder, ...path))));
  return found.some(stat => stat !== null);
}

function isRunning(run: StoredRun | BrokenRun): boolean {
  return "record" in run && run.record.status === "running";
}
