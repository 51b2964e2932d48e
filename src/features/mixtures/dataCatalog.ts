// Languages with data judging by file names, and their rows where there is no index yet.
import * as vscode from "vscode";
import { folderOfPattern, languageOfPath, languagePlaceholder } from "../../core/sources/pattern.ts";
import { withByteFile } from "../../platform/byteFile.ts";
import { listFolder, statFile } from "../../platform/files.ts";
import { mayRead } from "../../platform/trust.ts";
import { absoluteUri } from "../../workspace/mixtures/mixtureFiles.ts";
import { countRows } from "./rowCount.ts";

/** Rows by canonical language tag; null: not counted. */
export type RowCounts = ReadonlyMap<string, number | null>;

/** Of a file system that gives files as a whole only, such as that of a virtual workspace. */
const largestFetchedBytes = 1024 * 1024;
/** Files looked at for one pattern, so that a pattern over a whole disk ends. */
const entryLimit = 5_000;

/**
 * `pattern` is relative to the folder of the mixture file, or absolute. Counting ends at `enough`, which stands for as
 * many rows or more.
 */
export async function countData(
  mixtureFile: vscode.Uri,
  pattern: string,
  enough: number,
): Promise<RowCounts> {
  const counts = new Map<string, number | null>();
  for (const [language, uri] of await filesOf(mixtureFile, pattern))
    counts.set(language, await rowsOf(uri, enough));
  return counts;
}

/** The languages that there are files of, unread. */
export async function languagesWithData(
  mixtureFile: vscode.Uri,
  pattern: string,
): Promise<ReadonlySet<string>> {
  return new Set((await filesOf(mixtureFile, pattern)).keys());
}

/** By language, unread. */
export async function filesOf(mixtureFile: vscode.Uri, pattern: string): Promise<Map<string, vscode.Uri>> {
  if (!pattern.includes(languagePlaceholder)) return new Map();
  const absolute = /^([\\/]|[a-z]:[\\/])/i.test(pattern);
  const base = vscode.Uri.joinPath(mixtureFile, "..");
  const at = (path: string) => (absolute ? absoluteUri(mixtureFile, path) : vscode.Uri.joinPath(base, path));
  const start = folderOfPattern(pattern);
  const rest = pattern.slice(pattern.indexOf(languagePlaceholder)).split(/[\\/]/).length;
  const found = new Map<string, vscode.Uri>();
  let budget = entryLimit;
  const search = async (folder: string, depth: number): Promise<void> => {
    if (!mayRead(at(folder))) return;
    for (const [name, type] of await listFolder(at(folder))) {
      if (budget-- <= 0) return;
      const path = folder === "." ? name : folder === "/" ? `/${name}` : `${folder}/${name}`;
      const isFolder = (type & vscode.FileType.Directory) !== 0;
      if (isFolder && depth > 1) await search(path, depth - 1);
      const language = isFolder || depth > 1 ? null : languageOfPath(pattern, path);
      if (language !== null && mayRead(at(path))) found.set(language, at(path));
    }
  };
  await search(start, rest);
  return found;
}

async function rowsOf(uri: vscode.Uri, enough: number): Promise<number | null> {
  const stat = await statFile(uri);
  if (stat === null || (uri.scheme !== "file" && stat.size > largestFetchedBytes)) return null;
  return withByteFile(uri, file => countRows(file, enough), true);
}
