// Languages with data according to file names, and their row counts where there is no index yet.
import * as vscode from "vscode";
import { folderOfPattern, languageOfPath, languagePlaceholder } from "../../core/sources/pattern.ts";
import { withByteFile } from "../../platform/byteFile.ts";
import { listFolder, statFile } from "../../platform/files.ts";
import { mayRead } from "../../platform/trust.ts";
import { absoluteUri } from "../../workspace/mixtures/mixtureFiles.ts";
import { countLines } from "./countLines.ts";

/** Number of rows by canonical language tag; null if not counted. */
export type RowCounts = ReadonlyMap<string, number | null>;

/** Size limit for file systems that return only whole files, such as that of a virtual workspace. */
const largestFetchedBytes = 1024 * 1024;
/** Maximum number of entries visited for one pattern, which may cover a whole disk. */
const entryLimit = 5_000;

/**
 * Counts rows by language up to `enough`, which stands for that number or more.
 * @param pattern Relative to the folder of the mixture file, or absolute.
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

/** Languages that have a file; no file is read. */
export async function languagesWithData(
  mixtureFile: vscode.Uri,
  pattern: string,
): Promise<ReadonlySet<string>> {
  return new Set((await filesOf(mixtureFile, pattern)).keys());
}

/** Files by language; none is read. */
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
  return withByteFile(uri, file => countLines(file, enough), true);
}
