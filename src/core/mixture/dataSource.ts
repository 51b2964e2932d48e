// What one side of `data` is read from: a file for each language, one file of several, or a dataset of the Hub.
import type { DatasetToDownload } from "../../common/diagnostic.ts";
import { dataStem } from "../sources/dataFileNames.ts";
import { hubPrefix } from "../sources/hubSource.ts";
import { fillPattern, languagePlaceholder } from "../sources/pattern.ts";

/** Fields of rows that a column of another name can be read as. */
export const columnFields = [
  "id",
  "prompt",
  "input",
  "response",
  "system",
  "history",
  "messages",
  "reference",
  "checks",
  "tags",
  "group",
] as const;
export type ColumnField = (typeof columnFields)[number];

export interface DataSource {
  /** As written: a path from the mixture file's folder, with `{language}` or without, or `hub:org/name@commit`. */
  readonly file: string;
  /** Of a dataset of the Hub; may hold `{language}`, as may `split`. */
  readonly config?: string;
  readonly split?: string;
  /** The column that names each row's language; absent where `{language}` does. */
  readonly language?: string;
  /** Canonical tag of the language that all rows are in, where neither names nor a column say it. */
  readonly in?: string;
  /** The column that is read as a field. */
  readonly columns?: Readonly<Partial<Record<ColumnField, string>>>;
  /** Share of the draw in each language, relative to the other sources; absent in all: every row is drawn alike. */
  readonly weight?: number;
  /** At most so many rows of each language. */
  readonly cap?: number;
}

export type DataSide = "train" | "eval" | "dev";
export const dataSides: readonly DataSide[] = ["train", "eval", "dev"];

/** null: not written, or not readable as it is written. */
export type DataSection = Readonly<Record<DataSide, readonly DataSource[] | null>>;

export function isOfHub({ file }: Pick<DataSource, "file">): boolean {
  return file.startsWith(hubPrefix);
}

/** What of it names files of the Hub. */
export function toDownload({ file, config, split, language, in: tag }: DataSource): DatasetToDownload {
  return {
    source: file,
    ...(config !== undefined && { config }),
    ...(split !== undefined && { split }),
    ...(language !== undefined && { language }),
    ...(tag !== undefined && { in: tag }),
  };
}

/** Whether the language stands in the names of files, not in a column. */
export function namesLanguages({ file, config = "", split = "" }: DataSource): boolean {
  return [file, config, split].some(text => text.includes(languagePlaceholder));
}

/** The same files, whatever is taken of them. */
export function sameFiles(one: DataSource, other: DataSource): boolean {
  const plain = ({ file, config, split }: DataSource) =>
    JSON.stringify([file.replaceAll("\\", "/").replace(/^(\.\/)+/, ""), config, split]);
  return plain(one) === plain(other);
}

/** As a message names them. */
export function sourcesText(sources: readonly DataSource[]): string {
  return sources.map(({ file }) => file).join(", ");
}

/** Where data in a language would be read from: `data/fi.jsonl`, `rows in fi to all.parquet`. */
export function whereToAdd(sources: readonly DataSource[], language: string): string {
  const source = sources.find(namesLanguages) ?? sources[0];
  if (source === undefined) return `data in ${language}`;
  return namesLanguages(source) && !isOfHub(source)
    ? fillPattern(source.file, language)
    : `rows in ${language} to ${source.file}`;
}

/**
 * What ids of a source begin with where a side has several, so that row 7 of one is not taken for a translation of
 * row 7 of another: `aya:row-7`. Of one source ids are as they are written.
 */
export function sourceNames(sources: readonly DataSource[]): readonly string[] {
  if (sources.length < 2) return [""];
  const used = new Set<string>();
  return sources.map(source => {
    const plain = nameOf(source);
    let name = plain;
    for (let times = 2; used.has(name); times++) name = `${plain}-${times}`;
    used.add(name);
    return `${name}:`;
  });
}

/** The last part of a path that says more than the language and the format. */
function nameOf({ file }: DataSource): string {
  const path = isOfHub({ file }) ? file.slice(hubPrefix.length).replace(/@.*$/, "") : dataStem(file);
  const parts = path
    .replaceAll("\\", "/")
    .split("/")
    .map(part => part.replaceAll(languagePlaceholder, "").replace(/^[\s._-]+|[\s._-]+$/g, ""))
    .filter(part => part !== "");
  return (parts.at(-1) ?? "data").replaceAll(":", "-");
}
