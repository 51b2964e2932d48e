// Finds the mixture file that uses a data file, and its role there, through the workspace's patterns.
import * as vscode from "vscode";
import type { Purpose } from "../../core/dataset/layouts.ts";
import type { DatasetOptions } from "../../core/dataset/rows.ts";
import { type DataSource, isOfHub, namesLanguages } from "../../core/mixture/dataSource.ts";
import { parseMixtureFile } from "../../core/mixtureFile/parse.ts";
import { languageOfPath } from "../../core/sources/pattern.ts";
import { mixtureFileGlob } from "../../manifest.ts";
import { readText } from "../../platform/files.ts";
import { isMixtureFile } from "../../workspace/mixtures/mixtureFiles.ts";

export interface DataFile {
  readonly mixtureFile: vscode.Uri;
  /** Canonical tag; null if each row names its language. */
  readonly language: string | null;
  readonly purpose: Purpose;
  readonly source: DataSource;
}

/** Format and column mapping of the rows. */
export function readingOf({ language, source }: DataFile): Omit<DatasetOptions, "file"> {
  return {
    language,
    ...(source.language !== undefined && { languageColumn: source.language }),
    ...(source.columns !== undefined && { columns: source.columns }),
  };
}

interface Pattern {
  readonly mixtureFile: vscode.Uri;
  /** Absolute path on the mixture file's own file system, with or without `{language}`. */
  readonly pattern: string;
  readonly purpose: DataFile["purpose"];
  readonly source: DataSource;
}

const maxMixtureFiles = 200;

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
      // A file system without search reports files only once they are opened.
      vscode.workspace.onDidOpenTextDocument(document => {
        if (document.uri.scheme !== "file" && isMixtureFile(document)) forget();
      }),
    );
  }

  dispose(): void {
    vscode.Disposable.from(this.#listening, this.#changed).dispose();
  }

  /** The nearest mixture file that uses the data file; null if none does. */
  async of(uri: vscode.Uri): Promise<DataFile | null> {
    this.#patterns ??= readPatterns();
    for (const { mixtureFile, pattern, purpose, source } of await this.#patterns) {
      if (mixtureFile.scheme !== uri.scheme) continue;
      const path = pathOf(uri);
      const language = languageOfPath(pattern, path);
      if (language !== null || (!namesLanguages(source) && samePath(pattern, path)))
        return { mixtureFile, language: language ?? source.in ?? null, purpose, source };
    }
    return null;
  }
}

function samePath(one: string, other: string): boolean {
  return one.replaceAll("\\", "/") === other.replaceAll("\\", "/");
}

/** Longest paths first, so that the mixture file nearest to its data wins. */
async function readPatterns(): Promise<readonly Pattern[]> {
  const found = await vscode.workspace.findFiles(
    mixtureFileGlob,
    "**/{node_modules,.git,.pinch}/**",
    maxMixtureFiles,
  );
  const open = vscode.workspace.textDocuments.filter(isMixtureFile).map(({ uri }) => uri);
  found.push(...open.filter(({ scheme }) => scheme !== "file" && scheme !== "untitled"));
  found.sort((a, b) => b.path.length - a.path.length || (a.path < b.path ? -1 : 1));
  const patterns = await Promise.all(found.map(patternsOf));
  return patterns.flat();
}

/** Path of a file on its own file system. */
export function pathOf(uri: vscode.Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.path;
}

async function patternsOf(mixtureFile: vscode.Uri): Promise<Pattern[]> {
  const text = await readText(mixtureFile);
  if (text === null) return [];
  const { train, eval: evaluation, dev } = parseMixtureFile(text).draft.data;
  const absolute = (pattern: string) =>
    /^([\\/]|[a-z]:[\\/])/i.test(pattern)
      ? pattern
      : pathOf(vscode.Uri.joinPath(mixtureFile, "..", ...pattern.split(/[\\/]/)));
  const sides: readonly (readonly [Purpose, readonly DataSource[] | null])[] = [
    ["training", train],
    ["evaluation", evaluation],
    ["development", dev],
  ];
  return sides.flatMap(([purpose, sources]) =>
    (sources ?? [])
      .filter(source => !isOfHub(source))
      .map(source => ({ mixtureFile, pattern: absolute(source.file), purpose, source })),
  );
}
