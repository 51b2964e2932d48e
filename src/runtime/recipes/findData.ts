// Finds training and evaluation data in a folder, one file for each language, and counts their rows.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { chooseSides, type Dataset, findDatasets } from "../../core/sources/datasets.ts";
import type { FindDataRequest, FoundDataset, FoundDatasets } from "../../protocol/runtime.ts";
import { countRows } from "../dataFiles/countRows.ts";

/** Maximum depth below the folder that is searched. */
const deepest = 5;
/** Maximum number of entries to visit, so that the search of a whole disk ends. */
const entryLimit = 20_000;

export async function findData({ folder }: FindDataRequest): Promise<FoundDatasets> {
  const { train, evaluation } = chooseSides(findDatasets(pathsIn(folder)));
  return { train: await counted(folder, train), evaluation: await counted(folder, evaluation) };
}

async function counted(folder: string, found: Dataset | null): Promise<FoundDataset | null> {
  if (found === null) return null;
  const languages: { language: string; rows: number }[] = [];
  for (const [language, path] of found.files)
    languages.push({ language, rows: await countRows(join(folder, path)) });
  return { pattern: found.pattern, languages };
}

function pathsIn(folder: string): string[] {
  const paths: string[] = [];
  let left = entryLimit;
  const search = (relative: string, depth: number): void => {
    let entries: { name: string; isDirectory(): boolean; isFile(): boolean }[];
    try {
      entries = readdirSync(join(folder, relative), { withFileTypes: true });
    } catch {
      return; // An unreadable folder contains no usable data.
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (left-- <= 0) return;
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (entry.isFile()) paths.push(path);
      else if (entry.isDirectory() && depth < deepest) search(path, depth + 1);
    }
  };
  search("", 0);
  return paths;
}
