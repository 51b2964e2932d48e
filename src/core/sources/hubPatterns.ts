// Assigns the files of a repository to splits by their names, like the library `datasets`. Source:
// src/datasets/data_files.py of huggingface/datasets 4.

import { baseName } from "../../common/baseName.ts";
import { globMatcher } from "./glob.ts";

/** Files of each split, in the order of their names. */
export type Splits = ReadonlyMap<string, readonly string[]>;

/** Words in names of files and folders that indicate a split. */
const keywords: readonly (readonly [split: string, words: readonly string[]])[] = [
  ["train", ["train", "training"]],
  ["validation", ["validation", "valid", "dev", "val"]],
  ["test", ["test", "testing", "eval", "evaluation"]],
];
const separator = "[-._ 0-9]";
const ignoredNames = [
  "README.md",
  "config.json",
  "dataset_info.json",
  "dataset_infos.json",
  "dummy_data.zip",
  "dataset_dict.json",
];
const shardName = /^data\/([\w-]+(?:\.[\w-]+)*)-\d{5}-of-\d{5}[^/]*\.[^/]*$/;
/** Reader that `datasets` uses for each extension. */
const formats: Readonly<Record<string, string>> = {
  jsonl: "json",
  json: "json",
  ndjson: "json",
  csv: "csv",
  tsv: "csv",
  parquet: "parquet",
  pq: "parquet",
};

/** @param folder Folder that the glob is relative to; empty = the repository. */
export function matching(files: readonly string[], glob: string, folder: string): string[] {
  const whole = [folder, glob]
    .filter(part => part !== "")
    .join("/")
    .replace(/^(\.\/)+/, "");
  const fits = globMatcher(whole);
  return fits === null ? [] : files.filter(fits).sort();
}

/**
 * Returns the splits of the first rule that finds any.
 *
 * @param folder Empty = the repository.
 */
export function splitsByName(all: readonly string[], folder: string): Splits {
  const inside = folder === "" ? "" : `${folder}/`;
  const files = all
    .filter(file => file.startsWith(inside))
    .map(file => file.slice(inside.length))
    .filter(isData)
    .sort();
  const ruled = [bySharded(files), byKeyword(files, inFolders), byKeyword(files, inFileName)].find(
    splits => splits.size > 0,
  );
  const splits: Splits = ruled ?? new Map(files.length === 0 ? [] : [["train", files]]);
  return new Map([...splits].map(([split, names]) => [split, names.map(name => inside + name)]));
}

/** Excludes hidden files and folders, and files that describe a dataset. */
function isData(file: string): boolean {
  const parts = file.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.some(part => part.startsWith(".")) || ignoredNames.includes(name)) return false;
  return !parts.slice(0, -1).some(part => part.startsWith("__"));
}

/** Matches `data/train-00000-of-00002.parquet`, with any name of a split. */
function bySharded(files: readonly string[]): Splits {
  const splits = new Map<string, string[]>();
  for (const file of files) {
    const split = shardName.exec(file)?.[1];
    if (split !== undefined) splits.set(split, [...(splits.get(split) ?? []), file]);
  }
  return splits;
}

function byKeyword(files: readonly string[], holds: (file: string, word: string) => boolean): Splits {
  const found = keywords.map(
    ([split, words]) => [split, files.filter(file => words.some(word => holds(file, word)))] as const,
  );
  return new Map(found.filter(([, names]) => names.length > 0));
}

function inFolders(file: string, word: string): boolean {
  const pattern = new RegExp(`^(?:.*${separator})?${word}(?:${separator}.*)?$`);
  return file
    .split("/")
    .slice(0, -1)
    .some(part => pattern.test(part));
}

function inFileName(file: string, word: string): boolean {
  const name = baseName(file);
  return new RegExp(`^(?:.*${separator})?${word}${separator}.*$`).test(name);
}

/** Returns null for formats that can't be read. */
function formatOf(file: string): string | null {
  const endings = baseName(file.toLowerCase()).split(".").slice(1);
  const known = endings.findLast(ending => Object.hasOwn(formats, ending));
  return known === undefined ? null : (formats[known] ?? null);
}

/** Returns the files in the most frequent format, since `datasets` uses one reader for all. */
export function ofOneFormat(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const format = formatOf(file);
    if (format !== null) counts.set(format, (counts.get(format) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined ? [] : files.filter(file => formatOf(file) === most[0]);
}
