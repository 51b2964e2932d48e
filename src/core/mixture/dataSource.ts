// Sources of one side of `data`: one file per language, one file with several languages, or a dataset on the
// Hub.
import type { DatasetToDownload } from "../../common/diagnostic.ts";
import { dataStem } from "../sources/dataFileNames.ts";
import { hubPrefix } from "../sources/hubSource.ts";
import { fillPattern, languagePlaceholder } from "../sources/pattern.ts";

/** Row fields that can be read from a column with a different name. */
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
  /**
   * As written: a path relative to the mixture file's folder, with or without `{language}`, or
   * `hub:org/name@commit`.
   */
  readonly file: string;
  /** Config of a Hub dataset. Like `split`, it may contain `{language}`. */
  readonly config?: string;
  readonly split?: string;
  /** Column that holds each row's language; absent where `{language}` is used. */
  readonly language?: string;
  /** Canonical tag of the language of all rows, where neither file names nor a column give it. */
  readonly in?: string;
  /** Column from which each field is read. */
  readonly columns?: Readonly<Partial<Record<ColumnField, string>>>;
  /**
   * Share of the draw in each language, relative to the other sources. When absent in all, all rows are
   * equally likely.
   */
  readonly weight?: number;
  /** Maximum number of rows per language. */
  readonly cap?: number;
}

export type DataSide = "train" | "eval" | "dev";
export const dataSides: readonly DataSide[] = ["train", "eval", "dev"];

/** A side is null when it is missing or invalid. */
export type DataSection = Readonly<Record<DataSide, readonly DataSource[] | null>>;

export function isOfHub({ file }: Pick<DataSource, "file">): boolean {
  return file.startsWith(hubPrefix);
}

/** The parts of a source that identify files on the Hub. */
export function toDownload({ file, config, split, language, in: tag }: DataSource): DatasetToDownload {
  return {
    source: file,
    ...(config !== undefined && { config }),
    ...(split !== undefined && { split }),
    ...(language !== undefined && { language }),
    ...(tag !== undefined && { in: tag }),
  };
}

/** Reports whether the language is part of the file names instead of a column. */
export function namesLanguages({ file, config = "", split = "" }: DataSource): boolean {
  return [file, config, split].some(text => text.includes(languagePlaceholder));
}

/** Reports whether two sources read the same files, whichever rows they take. */
export function sameFiles(one: DataSource, other: DataSource): boolean {
  const plain = ({ file, config, split }: DataSource) =>
    JSON.stringify([file.replaceAll("\\", "/").replace(/^(\.\/)+/, ""), config, split]);
  return plain(one) === plain(other);
}

/** Sources as listed in messages. */
export function sourcesText(sources: readonly DataSource[]): string {
  return sources.map(({ file }) => file).join(", ");
}

/** Where to add data in a language: `data/fi.jsonl`, `rows in fi to all.parquet`. */
export function whereToAdd(sources: readonly DataSource[], language: string): string {
  const source = sources.find(namesLanguages) ?? sources[0];
  if (source === undefined) return `data in ${language}`;
  return namesLanguages(source) && !isOfHub(source)
    ? fillPattern(source.file, language)
    : `rows in ${language} to ${source.file}`;
}

/**
 * Prefixes for the ids of each source when a side has several (`aya:row-7`), so that row 7 of one source is
 * not mistaken for a translation of row 7 of another. With a single source the prefix is empty.
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

/** The last part of a path that contains more than the language and the file format. */
function nameOf({ file }: DataSource): string {
  const path = isOfHub({ file }) ? file.slice(hubPrefix.length).replace(/@.*$/, "") : dataStem(file);
  const parts = path
    .replaceAll("\\", "/")
    .split("/")
    .map(part => part.replaceAll(languagePlaceholder, "").replace(/^[\s._-]+|[\s._-]+$/g, ""))
    .filter(part => part !== "");
  return (parts.at(-1) ?? "data").replaceAll(":", "-");
}
