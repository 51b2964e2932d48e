// Index of a mixture file's data: built by a runtime process in the background and kept between sessions.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher, RuntimeProcess } from "../../platform/runtimeProcess.ts";
import { requireTrust } from "../../platform/trust.ts";
import type { IndexedData } from "../../protocol/data.ts";
import { Unresponsive } from "../../protocol/patience.ts";

/** Parts of a mixture file's data. */
export type DataSide = "train" | "eval" | "dev";

/**
 * Time in milliseconds during which file changes are gathered: programs usually write data in several steps.
 */
const changeMs = 1_000;
/** Idle time in milliseconds after which the process is ended. */
const idleMs = 20_000;
/**
 * Matches the lines that an index depends on, `data` with everything indented below it; other lines may
 * change without a new request.
 */
const decisive =
  /^["']?data["']?[ \t]*:.*(?:\r?\n(?:[ \t-].*)?)*|^.*["']?\b(?:model|data|train|eval|dev)["']?[ \t]*:.*$/gm;

interface Known {
  /** Lines of the mixture file that the index depends on. */
  readonly basis: string;
  readonly asked: Promise<IndexedData>;
  data: IndexedData | undefined;
  stale: boolean;
}

/**
 * Folder in which indexes are kept between sessions.
 * @param storage The extension's own folder.
 */
export function dataIndexFolder(storage: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(storage, "index");
}

export class DataIndex implements vscode.Disposable {
  readonly #launch: RuntimeLauncher;
  readonly #folder: vscode.Uri;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when data files changed or an index was completed: earlier answers may be outdated. */
  readonly onDidChange = this.#changed.event;
  readonly #refreshed = new vscode.EventEmitter<void>();
  /** Fires when data files were changed or added: earlier findings about them are outdated. */
  readonly onDidRefresh = this.#refreshed.event;
  readonly #known = new Map<string, Known>();
  readonly #listening: vscode.Disposable;
  #runtime: RuntimeProcess | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #idle: ReturnType<typeof setTimeout> | undefined;
  #pending: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(parts: {
    readonly launch: RuntimeLauncher;
    /** Folder of the index; created by the runtime. */
    readonly folder: vscode.Uri;
    /** Glob of data files to watch. */
    readonly watched: string;
    readonly log: Log;
  }) {
    this.#launch = parts.launch;
    this.#folder = parts.folder;
    this.#log = parts.log;
    const watcher = vscode.workspace.createFileSystemWatcher(parts.watched);
    const changed = (uri: vscode.Uri) => this.#noteChange(uri);
    this.#listening = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(changed),
      watcher.onDidCreate(changed),
      watcher.onDidDelete(changed),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
    );
  }

  /** The index as last completed, without waiting; undefined if there is none yet. */
  known(mixtureFile: vscode.Uri): IndexedData | undefined {
    return this.#known.get(mixtureFile.toString())?.data;
  }

  /**
   * Indexes the data of a mixture file, using the text of an open editor. Reads only changed files.
   * @throws HumanError, RuntimeDied.
   */
  async of(mixtureFile: vscode.Uri): Promise<IndexedData> {
    const key = mixtureFile.toString();
    const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === key);
    const text = (open ?? (await vscode.workspace.openTextDocument(mixtureFile))).getText();
    return this.#get(key, (text.match(decisive) ?? []).join("\n"), mixtureFile, text);
  }

  /**
   * Indexes the files that match a pattern, which no mixture file needs to name, as training or evaluation
   * data.
   */
  ofPattern(pattern: vscode.Uri, purpose: "train" | "eval"): Promise<IndexedData> {
    const text = `data:\n  ${purpose}: ${JSON.stringify(pattern.fsPath)}\n`;
    return this.#get(patternKey(pattern, purpose), text, pattern, text);
  }

  /** Like `known`, for a pattern. */
  knownPattern(pattern: vscode.Uri, purpose: "train" | "eval"): IndexedData | undefined {
    return this.#known.get(patternKey(pattern, purpose))?.data;
  }

  /**
   * Indexes one source that a mixture file names.
   * @param yaml The source as a YAML value on one line.
   */
  ofSource(mixtureFile: vscode.Uri, side: DataSide, yaml: string): Promise<IndexedData> {
    const text = `data:\n  ${side}: ${yaml}\n`;
    return this.#get(sourceKey(mixtureFile, side, yaml), text, mixtureFile, text);
  }

  /** Like `known`, for a source. */
  knownSource(mixtureFile: vscode.Uri, side: DataSide, yaml: string): IndexedData | undefined {
    return this.#known.get(sourceKey(mixtureFile, side, yaml))?.data;
  }

  async #get(key: string, basis: string, file: vscode.Uri, text: string): Promise<IndexedData> {
    requireTrust("Counts of data");
    const known = this.#known.get(key);
    if (known !== undefined && !known.stale && known.basis === basis) return known.asked;
    const asked = this.#enqueue(file, text);
    const entry: Known = { basis, asked, data: known?.data, stale: false };
    this.#known.set(key, entry);
    try {
      entry.data = await asked;
    } catch (error) {
      // Data that made one process hang would make the next one hang too, until something changes.
      entry.stale = !(error instanceof Unresponsive);
      throw error;
    }
    if (!this.#disposed) this.#changed.fire();
    return entry.data;
  }

  /** Marks everything as outdated; unchanged files are not read again. */
  refresh(): void {
    for (const known of this.#known.values()) known.stale = true;
    this.#changed.fire();
    this.#refreshed.fire();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#idle);
    clearTimeout(this.#pending);
    this.#runtime?.kill();
    vscode.Disposable.from(this.#listening, this.#changed, this.#refreshed).dispose();
  }

  #noteChange(uri: vscode.Uri): void {
    if (/[\\/](node_modules|\.git|\.pinch)[\\/]/.test(uri.path)) return;
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.refresh();
    }, changeMs);
  }

  /** Runs requests one at a time: indexing is limited by one core and one disk. */
  #enqueue(mixtureFile: vscode.Uri, text: string): Promise<IndexedData> {
    const asked = this.#queue.then(() => this.#ask(mixtureFile, text));
    this.#queue = asked.catch((error: unknown) =>
      this.#log.warn(`The data of ${mixtureFile.fsPath} could not be indexed: ${messageOf(error)}`),
    );
    return asked;
  }

  async #ask(mixtureFile: vscode.Uri, text: string): Promise<IndexedData> {
    clearTimeout(this.#idle);
    this.#runtime ??= this.#launch();
    const runtime = this.#runtime;
    try {
      return await runtime.call("pinch/indexData", {
        file: mixtureFile.fsPath,
        text,
        cache: this.#folder.fsPath,
        starter: runtime.starter,
      });
    } catch (error) {
      // A process that failed is not used again.
      this.#end(runtime);
      throw error;
    } finally {
      if (this.#runtime !== undefined) this.#idle = setTimeout(() => this.#end(runtime), idleMs);
    }
  }

  #end(runtime: RuntimeProcess): void {
    if (this.#runtime === runtime) this.#runtime = undefined;
    runtime.end().catch((error: unknown) => this.#log.debug(messageOf(error)));
  }
}

function sourceKey(mixtureFile: vscode.Uri, side: DataSide, yaml: string): string {
  return `${mixtureFile.toString()} ${side} ${yaml}`;
}

function patternKey(pattern: vscode.Uri, purpose: string): string {
  return `${purpose} ${pattern.toString()}`;
}
