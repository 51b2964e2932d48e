// Which mixture file a data file belongs to, and as what: by the patterns of the mixture files of the workspace.
import * as vscode from "vscode";
import { languageOfPath } from "../../core/dataset/pattern.ts";
import { parseMixtureFile } from "../../core/mixture/parse.ts";
import { mixtureFileGlob } from "../../manifest.ts";
import { readText } from "../../platform/files.ts";

export interface DataFile {
  readonly mixtureFile: vscode.Uri;
  /** Canonical tag. */
  readonly language: string;
  readonly purpose: "training" | "evaluation";
}

interface Pattern {
  readonly mixtureFile: vscode.Uri;
  /** Absolute, with `{language}`. */
  readonly pattern: string;
  readonly purpose: DataFile["purpose"];
}

const mostMixtureFiles = 200;

export class DataFiles implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #listening: vscode.Disposable;
  #patterns: Promise<readonly Pattern[]> | null = null;

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher(mixtureFileGlob);
    const forget = () => {
      this.#patterns = null;
      this.#changed.fire();
    };
    this.#listening = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(forget),
      watcher.onDidCreate(forget),
      watcher.onDidDelete(forget),
    );
  }

  dispose(): void {
    vscode.Disposable.from(this.#listening, this.#changed).dispose();
  }

  /** null: no mixture file names it. Of several the nearest. */
  async of({ fsPath, scheme }: vscode.Uri): Promise<DataFile | null> {
    if (scheme !== "file") return null;
    this.#patterns ??= readPatterns();
    for (const { mixtureFile, pattern, purpose } of await this.#patterns) {
      const language = languageOfPath(pattern, fsPath);
      if (language !== null) return { mixtureFile, language, purpose };
    }
    return null;
  }
}

/** Longest paths first: the mixture file that is nearest to its data. */
async function readPatterns(): Promise<readonly Pattern[]> {
  const found = await vscode.workspace.findFiles(
    mixtureFileGlob,
    "**/{node_modules,.git,.pinch}/**",
    mostMixtureFiles,
  );
  found.sort((a, b) => b.path.length - a.path.length || (a.path < b.path ? -1 : 1));
  const patterns = await Promise.all(found.map(patternsOf));
  return patterns.flat();
}

async function patternsOf(mixtureFile: vscode.Uri): Promise<Pattern[]> {
  const text = await readText(mixtureFile);
  if (text === null || mixtureFile.scheme !== "file") return [];
  const { train, eval: evaluation } = parseMixtureFile(text).draft.data;
  const absolute = (pattern: string) =>
    /^([\\/]|[a-z]:[\\/])/i.test(pattern)
      ? pattern
      : vscode.Uri.joinPath(mixtureFile, "..", ...pattern.split(/[\\/]/)).fsPath;
  return [
    ...(train === null ? [] : [{ mixtureFile, pattern: absolute(train), purpose: "training" as const }]),
    ...(evaluation === null
      ? []
      : [{ mixtureFile, pattern: absolute(evaluation), purpose: "evaluation" as const }]),
  ];
}
