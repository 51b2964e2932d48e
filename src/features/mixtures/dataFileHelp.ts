// Language features of data files: faults while typing, and a lens with language and row count.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { parseDataset, parseEvaluation } from "../../core/dataset/rows.ts";
import { dataLensText } from "../../core/mixtureEditor/dataLens.ts";
import { commands } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { showFailure } from "../../platform/messages.ts";
import { mayCompute } from "../../platform/trust.ts";
import { type DataFile, type DataFiles, pathOf, readingOf } from "./dataFiles.ts";
import { toDiagnostic } from "./editorFaults.ts";

/** Larger files are read by the runtime only, to keep the editor's thread free. */
const maxCharacters = 1_000_000;
/** Pause in typing before a file is read again, in milliseconds. */
const typingMs = 150;

const selector: vscode.DocumentSelector = [{ pattern: "**/*.jsonl" }, { pattern: "**/*.json" }];

/** Data files whose faults this class shows, so that they are not shown twice. */
export interface OpenDataFiles {
  has(uri: vscode.Uri): boolean;
}

export class DataFileHelp implements vscode.Disposable, OpenDataFiles {
  readonly #files: DataFiles;
  readonly #log: Log;
  readonly #collection = vscode.languages.createDiagnosticCollection("pinch-data");
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #shown = new Set<string>();
  readonly #listening: vscode.Disposable;

  constructor(files: DataFiles, log: Log) {
    this.#files = files;
    this.#log = log;
    const all = () => {
      for (const document of vscode.workspace.textDocuments) this.#scheduleCheck(document, 0);
    };
    this.#listening = vscode.Disposable.from(
      this.#collection,
      files.onDidChange(all),
      vscode.workspace.onDidOpenTextDocument(document => this.#scheduleCheck(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#scheduleCheck(document, typingMs);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      vscode.languages.registerCodeLensProvider(selector, {
        onDidChangeCodeLenses: files.onDidChange,
        provideCodeLenses: document => this.#lenses(document),
      }),
    );
    all();
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#listening.dispose();
  }

  has(uri: vscode.Uri): boolean {
    return this.#shown.has(uri.toString());
  }

  #scheduleCheck(document: vscode.TextDocument, ms: number): void {
    if (vscode.languages.match(selector, document) === 0) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    const check = () => {
      this.#check(document).catch((error: unknown) => showFailure(this.#log, error));
    };
    this.#timers.set(key, setTimeout(check, ms));
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const { version, uri } = document;
    const file = await this.#files.of(uri);
    if (document.isClosed || document.version !== version) return;
    const text = document.getText();
    if (file === null || text.length > maxCharacters) {
      this.#forget(uri);
      return;
    }
    this.#shown.add(uri.toString());
    this.#collection.set(
      uri,
      read(text, pathOf(uri), file).diagnostics.map(fault => toDiagnostic(uri, fault)),
    );
  }

  #forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#shown.delete(key);
    this.#collection.delete(uri);
  }

  async #lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const file = await this.#files.of(document.uri);
    if (file === null) return [];
    const text = document.getText();
    const rows = text.length > maxCharacters ? null : read(text, pathOf(document.uri), file).rows;
    const top = new vscode.Range(0, 0, 0, 0);
    const title = dataLensText({
      language: file.language,
      purpose: file.purpose,
      rows,
      mixtureFile: baseName(file.mixtureFile.path),
    });
    const open = { title, command: "vscode.open", arguments: [file.mixtureFile] };
    const lenses = [new vscode.CodeLens(top, open)];
    if (mayCompute(document.uri) && document.uri.path.endsWith(".jsonl")) {
      const show = {
        title: "Show as the model sees it",
        command: commands.showExample,
        arguments: [document.uri],
      };
      lenses.push(new vscode.CodeLens(top, show));
    }
    return lenses;
  }
}

function read(
  text: string,
  path: string,
  dataFile: DataFile,
): { readonly rows: number; readonly diagnostics: readonly Diagnostic[] } {
  const options = { file: path, ...readingOf(dataFile) };
  const { purpose } = dataFile;
  if (purpose !== "training") {
    const { rows, diagnostics } = parseEvaluation(text, options, purpose);
    return { rows: rows.length, diagnostics };
  }
  const { examples, diagnostics } = parseDataset(text, options);
  return { rows: examples.length, diagnostics };
}
