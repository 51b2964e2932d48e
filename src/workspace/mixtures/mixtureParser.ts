// Parses the open mixture files, each version once.
import * as vscode from "vscode";
import { type ParsedMixtureFile, parseMixtureFile } from "../../core/mixtureFile/parse.ts";

interface Read {
  readonly version: number;
  readonly parsed: ParsedMixtureFile;
}

/** Version before the first: makes the mixtures of the first one usable again. */
const noText = parseMixtureFile("");

export class MixtureParser implements vscode.Disposable {
  readonly #read = new Map<string, Read>();
  readonly #sound = new Map<string, ParsedMixtureFile>();
  readonly #listening = vscode.workspace.onDidCloseTextDocument(({ uri }) =>
    this.#read.delete(uri.toString()),
  );

  dispose(): void {
    this.#listening.dispose();
  }

  parse(document: vscode.TextDocument): ParsedMixtureFile {
    const key = document.uri.toString();
    const known = this.#read.get(key);
    if (known?.version === document.version) return known.parsed;
    const parsed = parseMixtureFile(document.getText(), known?.parsed ?? noText);
    this.#read.set(key, { version: document.version, parsed });
    if (parsed.file !== null) this.#sound.set(key, parsed);
    return parsed;
  }

  /** The last text of the file without errors; undefined if there was none. */
  lastSound(document: vscode.TextDocument): ParsedMixtureFile | undefined {
    return this.#sound.get(document.uri.toString());
  }
}
