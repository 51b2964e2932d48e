// The current mixture file: the one that was edited last.
import * as vscode from "vscode";
import { mixtureFileGlob } from "../../manifest.ts";
import { isMixtureFile } from "./mixtureFiles.ts";

export class CurrentMixtureFile implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when another file is shown, or the text of the shown one changed. */
  readonly onDidChange = this.#changed.event;
  readonly #listening: vscode.Disposable;
  #uri: vscode.Uri | undefined;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    const remembered = memory.get<string>("mixtureFile");
    if (remembered !== undefined) this.#uri = vscode.Uri.parse(remembered);
    this.#listening = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(editor => this.#show(editor?.document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && this.#isCurrent(document.uri)) this.#changed.fire();
      }),
      vscode.workspace.onDidSaveTextDocument(document => {
        if (this.#isCurrent(document.uri)) this.#changed.fire();
      }),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        if (files.some(file => this.#isCurrent(file))) this.#choose(undefined);
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        const renamed = files.find(file => this.#isCurrent(file.oldUri));
        if (renamed !== undefined) this.#choose(renamed.newUri);
      }),
    );
    this.#show(vscode.window.activeTextEditor?.document);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  get uri(): vscode.Uri | undefined {
    return this.#uri;
  }

  /** Document of the shown file; searches the workspace if none has been opened yet. */
  async document(): Promise<vscode.TextDocument | undefined> {
    if (this.#uri === undefined) {
      const [found] = (await vscode.workspace.findFiles(mixtureFileGlob, "**/node_modules/**", 50)).sort(
        (a, b) => a.path.split("/").length - b.path.split("/").length || a.path.localeCompare(b.path),
      );
      this.#uri = found;
    }
    if (this.#uri === undefined) return undefined;
    try {
      return await vscode.workspace.openTextDocument(this.#uri);
    } catch {
      // The file was deleted or moved outside of the editor.
      this.#choose(undefined);
      return undefined;
    }
  }

  #show(document: vscode.TextDocument | undefined): void {
    if (document !== undefined && isMixtureFile(document) && !this.#isCurrent(document.uri)) {
      this.#choose(document.uri);
    }
  }

  #choose(uri: vscode.Uri | undefined): void {
    this.#uri = uri;
    void this.#memory.update("mixtureFile", uri?.scheme === "untitled" ? undefined : uri?.toString());
    this.#changed.fire();
  }

  #isCurrent(uri: vscode.Uri): boolean {
    return this.#uri?.toString() === uri.toString();
  }
}
