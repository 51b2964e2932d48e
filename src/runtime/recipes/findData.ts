// Finds a folder's training and evaluation data, one file for each language, and counts their rows.
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { type FoundPattern, findDataPatterns } from "../../core/study/dataPatterns.ts";
import type { FindDataRequest, FoundDataset, FoundDatasets } from "../../protocol/runtime.ts";

/** Folders below the one that is searched. */
const deepest = 5;
/** Entries that are looked at, so that a search of a whole disk ends. */
const entryLimit = 20_000;
/** Bytes that are read at a time. */
const chunkBytes = 1 << 20;

export function findData({ folder }: FindDataRequest): FoundDatasets {
  const { train, evaluation } = findDataPatterns(pathsIn(folder));
  return { train: counted(folder, train), evaluation: counted(folder, evaluation) };
}

function counted(folder: string, found: FoundPattern | null): FoundDataset | null {
  if (found === null) return null;
  const languages = [...found.files].map(([language, path]) => ({
    language,
    rows: countRows(join(folder, path)),
  }));
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
      return; // A folder that can't be read has no data for us.
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

/** Lines that hold something; never more than a piece of the file in memory. */
function countRows(path: string): number {
  const buffer = Buffer.alloc(chunkBytes);
  let rows = 0;
  let filled = false;
  const file = openSync(path, "r");
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      for (let i = 0; i < read; i++) {
        const byte = buffer[i];
        if (byte === 0x0a) {
          if (filled) rows++;
          filled = false;
        } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) filled = true;
      }
    }
  } finally {
    closeSync(file);
  }
  return filled ? rows + 1 : rows;
}
