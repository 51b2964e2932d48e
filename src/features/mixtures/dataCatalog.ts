// Which languages have training data and how many rows each: what the Mixture view counts with.
import * as vscode from "vscode";
import { folderOfPattern, languageOfPath, languagePlaceholder } from "../../core/dataset/pattern.ts";
import { listFolder, statFile } from "../../platform/files.ts";
import { absoluteUri } from "./mixtureFiles.ts";
import { countRows } from "./rowCount.ts";

/** Rows by canonical language tag; null where the file is too large to count here. */
export type RowCounts = ReadonlyMap<string, number | null>;

/** Larger files are left to the runtime: reading them would hold up the extension host. */
const largestCountedBytes = 64 * 1024 * 1024;
/** Files looked at for one pattern, so that a pattern over a whole disk ends. */
const entryLimit = 5_000;

export class DataCatalog {
  readonly #rows = new Map<string, { mtime: number; size: number; rows: number }>();

  /** `pattern` is relative to the folder of the mixture file, or absolute. */
  async count(mixtureFile: vscode.Uri, pattern: string): Promise<RowCounts> {
    const found = await this.files(mixtureFile, pattern);
    const counts = new Map<string, number | null>();
    for (const [language, uri] of found) counts.set(language, await this.#rowsOf(uri));
    return counts;
  }

  /** By language, unread. */
  async files(mixtureFile: vscode.Uri, pattern: string): Promise<Map<string, vscode.Uri>> {
    const absolute = /^([\\/]|[a-z]:[\\/])/i.test(pattern);
    const base = vscode.Uri.joinPath(mixtureFile, "..");
    const at = (path: string) =>
      absolute ? absoluteUri(mixtureFile, path) : vscode.Uri.joinPath(base, path);
    const start = folderOfPattern(pattern);
    const rest = pattern.slice(pattern.indexOf(languagePlaceholder)).split(/[\\/]/).length;
    const found = new Map<string, vscode.Uri>();
    let budget = entryLimit;
    const search = async (folder: string, depth: number): Promise<void> => {
      for (const [name, type] of await listFolder(at(folder))) {
        if (budget-- <= 0) return;
        const path = folder === "." ? name : folder === "/" ? `/${name}` : `${folder}/${name}`;
        const isFolder = (type & vscode.FileType.Directory) !== 0;
        if (isFolder && depth > 1) await search(path, depth - 1);
        const language = isFolder || depth > 1 ? null : languageOfPath(pattern, path);
        if (language !== null) found.set(language, at(path));
      }
    };
    await search(start, rest);
    return found;
  }

  async #rowsOf(uri: vscode.Uri): Promise<number | null> {
    const stat = await statFile(uri);
    if (stat === null || stat.size > largestCountedBytes) return null;
    const key = uri.toString();
    const known = this.#rows.get(key);
    if (known !== undefined && known.mtime === stat.mtime && known.size === stat.size) return known.rows;
    const rows = countRows(await vscode.workspace.fs.readFile(uri));
    this.#rows.set(key, { ...stat, rows });
    return rows;
  }
}
