// Publishes the faults of mixture files while typing, and after a pause those that only show in the data.
import * as vscode from "vscode";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { messageOf } from "../../common/errors.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import { mayCompute } from "../../platform/trust.ts";
import { isMixtureFile } from "../../workspace/mixtures/mixtureFiles.ts";
import type { MixtureParser } from "../../workspace/mixtures/mixtureParser.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { OpenDataFiles } from "./dataFileHelp.ts";
import { placeOf, toDiagnostic } from "./editorFaults.ts";
import { faultsOfData, type SmallData } from "./smallData.ts";

/**
 * Longest pause in typing before a text is parsed, in milliseconds. The pause equals the duration of the last
 * parse, so that parsing uses at most half of the time; views wait longer (`settleMs`) and find
 * the text parsed.
 */
const longestTypingMs = 25;
/**
 * Pause in typing before the data are checked, in milliseconds. The check starts a process, which the next
 * key ends.
 */
const dataMs = 500;
/** The same where the check takes longer than `shortMs`: it should not start in a pause between two words. */
const longDataMs = 1_500;
const shortMs = 3_000;

interface Checked {
  readonly timers: ReturnType<typeof setTimeout>[];
  stop: vscode.CancellationTokenSource | null;
  /** Faults of the data, with the version of the text that they belong to. */
  data: { readonly version: number; readonly found: readonly Diagnostic[] } | null;
  /** Data files whose faults are shown. */
  others: vscode.Uri[];
  /** Duration of the last check of the data, in milliseconds. */
  tookMs: number;
}

export class MixtureDiagnostics implements vscode.Disposable {
  readonly #parser: MixtureParser;
  readonly #openData: OpenDataFiles;
  readonly #smallData: SmallData;
  readonly #launch: RuntimeLauncher;
  readonly #log: Log;
  readonly #collection = vscode.languages.createDiagnosticCollection("pinch");
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** Fires with the mixture file whose data were checked. */
  readonly onDidCheckData = this.#changed.event;
  #lastReadMs = 0;
  readonly #checked = new Map<string, Checked>();
  readonly #listening: vscode.Disposable;

  constructor(
    { dataIndex, launch, log }: Pick<Workspace, "dataIndex" | "launch" | "log">,
    sources: {
      readonly parser: MixtureParser;
      readonly openData: OpenDataFiles;
      readonly smallData: SmallData;
    },
  ) {
    this.#parser = sources.parser;
    this.#openData = sources.openData;
    this.#smallData = sources.smallData;
    this.#launch = launch;
    this.#log = log;
    this.#listening = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument(document => this.#check(document, 0, 0)),
      vscode.workspace.onDidSaveTextDocument(document => this.#check(document, 0, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#check(document, this.#typingMs(), null);
      }),
      vscode.workspace.onDidCloseTextDocument(document => this.#forget(document.uri)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#checkAll()),
      dataIndex.onDidRefresh(() => this.#checkAll()),
    );
    this.#checkAll();
  }

  dispose(): void {
    for (const checked of this.#checked.values()) cancel(checked);
    vscode.Disposable.from(this.#listening, this.#collection, this.#changed).dispose();
  }

  /** Known faults of the text and of its data. */
  of(document: vscode.TextDocument): readonly Diagnostic[] {
    const own = this.#parser.parse(document).diagnostics;
    const data = this.#checked.get(document.uri.toString())?.data;
    return data?.version === document.version ? [...own, ...data.found] : own;
  }

  #checkAll(): void {
    for (const document of vscode.workspace.textDocuments) this.#check(document, 0, longestTypingMs);
  }

  #typingMs(): number {
    return Math.min(this.#lastReadMs, longestTypingMs);
  }

  /** Publishes the faults of a newly typed text, and measures the time that its first parse takes. */
  #publishTyped(document: vscode.TextDocument): void {
    const began = performance.now();
    this.#publish(document);
    this.#lastReadMs = performance.now() - began;
  }

  /** @param dataAfterMs Null to derive it from the duration of the last check. */
  #check(document: vscode.TextDocument, parseAfterMs: number, dataAfterMs: number | null): void {
    if (!isMixtureFile(document)) return;
    const key = document.uri.toString();
    const checked = this.#checked.get(key) ?? { timers: [], stop: null, data: null, others: [], tookMs: 0 };
    this.#checked.set(key, checked);
    cancel(checked);
    checked.timers.push(setTimeout(() => this.#publishTyped(document), parseAfterMs));
    if (document.uri.scheme === "untitled") return;
    const defaultMs = checked.tookMs > shortMs ? longDataMs : dataMs;
    checked.timers.push(
      setTimeout(() => {
        this.#checkData(document, checked).catch((error: unknown) =>
          this.#log.warn(`The data of ${document.uri.fsPath} could not be checked: ${messageOf(error)}`),
        );
      }, dataAfterMs ?? defaultMs),
    );
  }

  async #checkData(document: vscode.TextDocument, checked: Checked): Promise<void> {
    const stop = new vscode.CancellationTokenSource();
    checked.stop = stop;
    const { version } = document;
    const began = Date.now();
    try {
      const found = await this.#faultsOfData(document, stop.token);
      checked.tookMs = Date.now() - began;
      if (stop.token.isCancellationRequested || document.version !== version || document.isClosed) return;
      checked.data = { version, found };
      this.#publish(document);
      this.#changed.fire(document.uri);
    } catch (error) {
      if (!stop.token.isCancellationRequested) throw error;
      checked.tookMs = Math.max(checked.tookMs, Date.now() - began);
    } finally {
      if (checked.stop === stop) checked.stop = null;
      stop.dispose();
    }
  }

  /**
   * Checks the data in a process that is killed when the result is no longer needed; files that a process
   * can't reach are checked here.
   */
  async #faultsOfData(
    document: vscode.TextDocument,
    stop: vscode.CancellationToken,
  ): Promise<readonly Diagnostic[]> {
    if (!mayCompute(document.uri)) {
      const parsed = this.#parser.parse(document);
      return faultsOfData(parsed, await this.#smallData.of(document.uri, parsed.draft.data));
    }
    const runtime = this.#launch();
    const killed = stop.onCancellationRequested(() => runtime.kill());
    try {
      const { dataFaults } = await runtime.call("pinch/validate", {
        file: document.uri.fsPath,
        text: document.getText(),
        starter: runtime.starter,
      });
      return dataFaults;
    } finally {
      killed.dispose();
      await runtime.end();
    }
  }

  #publish(document: vscode.TextDocument): void {
    if (document.isClosed) return;
    const byFile = new Map<string, { uri: vscode.Uri; found: vscode.Diagnostic[] }>();
    const at = (uri: vscode.Uri) => {
      const entry = byFile.get(uri.toString()) ?? { uri, found: [] };
      byFile.set(uri.toString(), entry);
      return entry.found;
    };
    const own = at(document.uri);
    for (const fault of this.of(document)) {
      const place = placeOf(document.uri, fault);
      if (this.#openData.has(place)) continue;
      (place.toString() === document.uri.toString() ? own : at(place)).push(
        toDiagnostic(document.uri, fault),
      );
    }
    const checked = this.#checked.get(document.uri.toString());
    for (const other of checked?.others ?? []) this.#collection.delete(other);
    for (const { uri, found } of byFile.values()) this.#collection.set(uri, found);
    if (checked !== undefined) {
      checked.others = [...byFile.values()]
        .map(({ uri }) => uri)
        .filter(uri => uri.toString() !== document.uri.toString());
    }
  }

  #forget(uri: vscode.Uri): void {
    const checked = this.#checked.get(uri.toString());
    if (checked === undefined) return;
    cancel(checked);
    this.#checked.delete(uri.toString());
    for (const each of [uri, ...checked.others]) this.#collection.delete(each);
  }
}

function cancel(checked: Checked): void {
  for (const timer of checked.timers.splice(0)) clearTimeout(timer);
  checked.stop?.cancel();
}
