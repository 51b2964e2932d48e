// The run folders of the workspace, read on demand and kept up to date by a file watcher.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import type { QueueEntry } from "../../core/live/queue.ts";
import { endedRun } from "../../core/records/endedRun.ts";
import { reserveFile, runFiles } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { whereaboutsOf } from "../../node/whereabouts.ts";
import { listFolder, replaceText, statFile } from "../../platform/files.ts";
import type { Log } from "../../platform/log.ts";
import { runsRoot } from "../../platform/settings.ts";
import type { LeftRun } from "./queueParts.ts";
import { textOfRecord } from "./recordText.ts";
import { SampleCheck } from "./sampleCheck.ts";
import { type BrokenRun, isHere, RunReader, type StoredRun } from "./storedRun.ts";

/**
 * Time in milliseconds to wait for the runtime of a closed window: it stops within seconds, or later if it
 * saves a checkpoint of a large model.
 */
const leaveMs = 15_000;
const leaveLookMs = 200;
/** Interval in milliseconds between checks of claims by other machines. */
const lookElsewhereMs = 10_000;
/** Files of a run folder that determine how the run is shown. */
const watched = [runFiles.run, runFiles.metrics, runFiles.samples];
/** Time in milliseconds that combines a burst of changes into one reading. */
const settleMs = 150;

export class RunStore implements vscode.Disposable {
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #watchers: vscode.Disposable[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;
  #runs: readonly StoredRun[] = [];
  #broken: readonly BrokenRun[] = [];
  /** The first reading, which early callers wait for instead of seeing no runs. */
  #first: Promise<void> | null = null;
  #reading: Promise<void> | null = null;
  #again = false;
  /** Folders that changed since the last reading; `all` if changes may have been missed. */
  #changedFolders: Set<string> | "all" = "all";
  readonly #claimed = new Set<number>();
  readonly #known = new Map<string, { readonly stamps: string; readonly run: StoredRun | BrokenRun }>();
  readonly #reader: RunReader;
  readonly #samples = new SampleCheck();
  /** Faults of responses, by run. */
  readonly #sampleFaults = new Map<string, string>();
  /** Runs whose responses have not been checked since the run was read. */
  readonly #unchecked = new Set<string>();
  #checking = false;

  constructor(log: Log) {
    this.#log = log;
    this.#reader = new RunReader(
      log,
      pid => this.#claimed.has(pid),
      () => {
        clearTimeout(this.#looking);
        this.#looking = setTimeout(() => this.#scheduleUpdate(), lookElsewhereMs);
      },
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#looking);
    vscode.Disposable.from(...this.#watchers, this.#changed).dispose();
  }

  /** All runs, newest first. The first call starts watching. */
  async all(): Promise<readonly StoredRun[]> {
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

  /** Checks the files of every run, even without a reported change. */
  refreshAll(): Promise<void> {
    this.#changedFolders = "all";
    return this.refresh();
  }

  /**
   * Reads run folders that are new, unfinished or reported as changed. Calls in the meantime lead to one more
   * reading.
   */
  async refresh(): Promise<void> {
    if (this.#reading !== null) {
      this.#again = true;
      return this.#reading;
    }
    const before: readonly unknown[] = [...this.#runs, ...this.#broken];
    const first = this.#first === null;
    this.#reading = (async () => {
      do {
        this.#again = false;
        await this.#read();
      } while (this.#again);
    })();
    try {
      await this.#reading;
    } catch (error) {
      this.#changedFolders = "all";
      throw error;
    } finally {
      this.#reading = null;
    }
    const now: readonly unknown[] = [...this.#runs, ...this.#broken];
    if (first || now.length !== before.length || now.some((run, i) => run !== before[i]))
      this.#changed.fire();
    void this.#checkSamples();
  }

  /** A run whose responses were changed is left out of tables, as if its scores had been changed. */
  async #checkSamples(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      for (const key of this.#unchecked) {
        this.#unchecked.delete(key);
        const run = this.#known.get(key)?.run;
        if (run === undefined || !("record" in run) || run.metrics === null) continue;
        const samples = vscode.Uri.joinPath(run.uri, runFiles.samples);
        const fault = await this.#samples.faultOf(run, samples).catch(messageOf);
        if (fault === (this.#sampleFaults.get(key) ?? null)) continue;
        if (fault === null) this.#sampleFaults.delete(key);
        else this.#sampleFaults.set(key, fault);
        if (fault !== null) this.#log.warn(`${run.folder}: ${fault}.`);
        this.#runs = this.#runs.map(each => (each.uri.toString() === key ? this.#shown(run) : each));
        this.#changed.fire();
      }
    } finally {
      this.#checking = false;
    }
  }

  #shown(run: StoredRun): StoredRun {
    const fault = this.#sampleFaults.get(run.uri.toString());
    if (fault === undefined) return run;
    const metricsFault = `${fault}: restore it from a copy, or let the model answer again (pinch eval)`;
    return { ...run, metrics: null, metricsFault };
  }

  /** Claims a process: its run is then closed by the claimer, see `close`. */
  claim(pid: number): vscode.Disposable {
    this.#claimed.add(pid);
    return new vscode.Disposable(() => this.#claimed.delete(pid));
  }

  /**
   * Closes the run that a dead process left behind. Returns the run, or null if it had not been written yet.
   */
  async close(
    pid: number,
    status: "failed" | "cancelled",
    error: RunRecord["error"],
  ): Promise<StoredRun | null> {
    await this.all();
    await this.refresh();
    // Uses the record in the file, because a dead run is shown as failed.
    const run = this.#runs.find(({ unfinished }) => unfinished?.pid === pid && isHere(unfinished));
    if (run?.unfinished === undefined) return null;
    const record = endedRun(run.unfinished, { status, error }, new Date().toISOString());
    await replaceText(vscode.Uri.joinPath(run.uri, runFiles.run), textOfRecord(record));
    for (const name of [runFiles.claim, reserveFile])
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(run.uri, name)).then(undefined, () => undefined);
    await this.refresh();
    return run;
  }

  /** State in which an earlier window's process left this entry, once that process has ended. */
  async leftBehind(pid: number, entry: QueueEntry): Promise<LeftRun | null> {
    for (let waited = 0; whereaboutsOf({ pid }) === "alive" && waited < leaveMs; waited += leaveLookMs)
      await new Promise(resolve => setTimeout(resolve, leaveLookMs));
    await this.all();
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
        // Not every file system reports changes made by other machines.
        vscode.window.onDidChangeWindowState(({ focused, active }) => {
          if (focused && active) this.#scheduleUpdate("all");
        }),
      ];
      for (const folder of vscode.workspace.workspaceFolders ?? []) {
        const root = runsRoot(folder);
        const pattern = new vscode.RelativePattern(root, `{*,*/{${watched.join(",")}}}`);
        const watcher = vscode.workspace.createFileSystemWatcher(pattern);
        const soon = (changed: vscode.Uri) => {
          const inside = changed.path
            .slice(root.path.length)
            .split("/")
            .filter(part => part !== "");
          this.#scheduleUpdate(vscode.Uri.joinPath(root, inside[0] ?? ""));
        };
        this.#watchers.push(
          watcher,
          watcher.onDidCreate(soon),
          watcher.onDidChange(soon),
          watcher.onDidDelete(soon),
        );
      }
      this.#scheduleUpdate("all");
    };
    restart();
  }

  /** @param changed A run folder; undefined if only unfinished runs may have changed. */
  #scheduleUpdate(changed?: vscode.Uri | "all"): void {
    if (changed === "all") this.#changedFolders = "all";
    else if (changed !== undefined && this.#changedFolders !== "all")
      this.#changedFolders.add(changed.toString());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.refresh().catch((error: unknown) =>
        this.#log.error(error instanceof Error ? error : String(error)),
      );
    }, settleMs);
  }

  async #read(): Promise<void> {
    const changed = this.#changedFolders;
    this.#changedFolders = new Set();
    const found: StoredRun[] = [];
    const broken: BrokenRun[] = [];
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const root = runsRoot(folder);
      for (const [name, type] of await listFolder(root)) {
        // Links are skipped whatever their target, as the command line does.
        if (type !== vscode.FileType.Directory) continue;
        const uri = vscode.Uri.joinPath(root, name);
        const known = this.#known.get(uri.toString())?.run;
        const same = known !== undefined && !mayChange(known);
        const unchanged = same && changed !== "all" && !changed.has(uri.toString());
        const run = unchanged ? known : await this.#readRun(uri, name);
        if (run === null) continue;
        if ("fault" in run) broken.push(run);
        else found.push(this.#shown(run));
      }
    }
    this.#runs = found.sort((a, b) => b.record.started.localeCompare(a.record.started));
    this.#broken = broken;
    const kept = new Set([...found, ...broken].map(({ uri }) => uri.toString()));
    for (const key of this.#known.keys()) if (!kept.has(key)) this.#known.delete(key);
  }

  async #readRun(uri: vscode.Uri, folder: string): Promise<StoredRun | BrokenRun | null> {
    const files = [runFiles.run, runFiles.metrics].map(name => vscode.Uri.joinPath(uri, name));
    const stamps = JSON.stringify(await Promise.all(files.map(stampOf)));
    const known = this.#known.get(uri.toString());
    // Run records contain every example's id: a change in one is not worth reading hundreds again.
    const same = known?.stamps === stamps && !mayChange(known.run);
    const run = same ? known.run : await this.#reader.read(uri, folder);
    if (run === null) return null;
    this.#known.set(uri.toString(), { stamps, run });
    this.#unchecked.add(uri.toString());
    return run;
  }
}

/** Whether the run may look different the next time although no file changed. */
function mayChange(run: StoredRun | BrokenRun): boolean {
  return "record" in run && run.unfinished !== undefined;
}

/** State of a file, for detecting changes. Errors are reported when the file is read. */
function stampOf(file: vscode.Uri): Promise<unknown> {
  return statFile(file).catch(messageOf);
}
