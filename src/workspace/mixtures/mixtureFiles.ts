// The current mixture file: the one that was edited last.
import * as vscode from "vscode";
import { mixtureFileGlob, mixtureFileSuffix } from "../../manifest.ts";

export function isMixtureFile(document: vscode.TextDocument): boolean {
  const { path, scheme } = document.uri;
  if (!path.endsWith(mixtureFileSuffix)) return false;
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (["file", "untitled", ...folders.map(folder => folder.uri.scheme)].includes(scheme)) return true;
  // Old versions, as from git, have schemes of their own, which are read-only.
  return vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}

/** Matches mixture files on any file system, including old versions in git; see `isMixtureFile`. */
export const mixtureSelector: vscode.DocumentSelector = { pattern: mixtureFileGlob };

/** URI of an absolute path in a mixture file, on that file's own file system. */
export function absoluteUri(mixtureFile: vscode.Uri, path: string): vscode.Uri {
  return mixtureFile.scheme === "file" || mixtureFile.scheme === "untitled"
    ? vscode.Uri.file(path)
    : mixtureFile.with({ path });
}

export class MixtureFiles implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when another file is shown, or the text of the shown one changed. */
  readonly onDidChange = this.#changed.event;
  readonly #listening: vscode.Disposable;
  #current: vscode.Uri | undefined;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    const remembered = memory.get<string>("mixtureFile");
    if (remembered !== undefined) this.#current = vscode.Uri.parse(remembered);
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

  get current(): vscode.Uri | undefined {
    return this.#current;
  }

  /** Document of the shown file; searches the workspace if none has been opened yet. */
  async document(): Promise<vscode.TextDocument | undefined> {
    if (this.#current === undefined) {
      const [found] = (await vscode.workspace.findFiles(mixtureFileGlob, "**/node_modules/**", 50)).sort(
        (a, b) => a.path.split("/").length - b.path.split("/").length || a.path.localeCompare(b.path),
      );
      this.#current = found;
    }
    if (this.#current === undefined) return undefined;
    try {
      return await vscode.workspace.openTextDocument(this.#current);
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
    this.#current = uri;
    void this.#memory.update("mixtureFile", uri?.scheme === "untitled" ? undefined : uri?.toString());
    this.#changed.fire();
  }

  #isCurrent(uri: vscode.Uri): boolean {
    return this.#current?.toString() === uri.toString();
  }
}
