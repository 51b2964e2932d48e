// Reads the training, evaluation and development data of every language, along with all errors in them.

import { createHash } from "node:crypto";
import { type Diagnostic, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import type { JsonObject } from "../../common/json.ts";
import { capped } from "../../core/dataset/cap.ts";
import { missingColumnFault } from "../../core/dataset/columns.ts";
import { decodeUtf8 } from "../../core/dataset/decode.ts";
import type { EvaluationRow, Example } from "../../core/dataset/example.ts";
import { textOf } from "../../core/dataset/guessColumns.ts";
import { repeatedRowsFault } from "../../core/dataset/repeatedRows.ts";
import { evaluationReader, findRow, readExample, type SeenIds } from "../../core/dataset/rows.ts";
import { fileLanguage } from "../../core/language/names.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { type DataSource, sourceNames } from "../../core/mixture/dataSource.ts";
import { isNamedJson } from "./datasetRows.ts";
import { loadFile, type SideReader } from "./loadFile.ts";
import { readDataFile } from "./readDataFile.ts";
import type { SourceFile } from "./sourceFile.ts";
import { findSourceFiles } from "./sourceFiles.ts";

/** File from which rows of a language were read. */
interface ReadFile extends Pick<SourceFile, "place"> {
  readonly path: string; // absolute
  /** Canonical language of the rows. The file may contain rows of other languages as well. */
  readonly language: string;
  readonly sha256: string;
  readonly source: DataSource;
  /** Prefix of the ids of its rows. */
  readonly prefix: string;
}

export interface LoadedLanguage<Row> {
  readonly files: readonly ReadFile[];
  /** Hash of everything that determines the rows. */
  readonly sha256: string;
  readonly rows: readonly Row[];
}

export interface LoadedData<Row> {
  /** Data by canonical tag; languages without data are absent. */
  readonly languages: ReadonlyMap<string, LoadedLanguage<Row>>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Returns where a source (given by its index in the list) or one of its keys is written, for errors of the
 * source itself.
 */
export type LocateSources = (at: number, ...keys: readonly string[]) => SourceRange;

async function loadAll<Row extends { readonly id: string; readonly prompt: string }>(
  sources: readonly DataSource[],
  mixtureFile: string,
  locate: LocateSources,
  side: SideReader<Row>,
): Promise<LoadedData<Row>> {
  const prefixes = sourceNames(sources);
  const read = new Map<string, { files: ReadFile[]; rows: (readonly Row[])[] }>();
  const diagnostics: Diagnostic[] = [];
  for (const [at, source] of sources.entries()) {
    const prefix = prefixes[at] ?? "";
    const found = findSourceFiles(source, mixtureFile, (...keys) => locate(at, ...keys));
    diagnostics.push(...found.diagnostics);
    const before = new Before();
    // Files of one source have the same columns, so missing ones are reported only once.
    const missing = new Map<string, Diagnostic>();
    const ofSource = new Map<string, Row[]>();
    for (const file of found.files) {
      const { first, seen } = before.of(file);
      const loaded = await loadFile(file, source, side, first, seen);
      before.add(file, loaded.count);
      diagnostics.push(...loaded.diagnostics);
      for (const column of loaded.missing) {
        const keys = column.field === "language" ? ["language"] : ["columns", column.field];
        missing.set(column.field, missingColumnFault(column, { range: locate(at, ...keys) }));
      }
      for (const [language, rows] of loaded.rows) {
        const entry = read.get(language) ?? { files: [], rows: [] };
        read.set(language, entry);
        const { path, place } = file;
        entry.files.push({
          path,
          language,
          sha256: loaded.sha256,
          source,
          prefix,
          ...(place !== undefined && { place }),
        });
        const all = ofSource.get(language) ?? [];
        ofSource.set(language, all);
        for (const row of rows) all.push(row);
      }
    }
    diagnostics.push(...missing.values());
    for (const [language, rows] of ofSource) {
      const kept = capped(rows, source.cap);
      const named = prefix === "" ? kept : kept.map(row => ({ ...row, id: `${prefix}${row.id}` }));
      read.get(language)?.rows.push(named);
    }
  }
  const repeated = repeatedRowsFault(
    new Map([...read].map(([language, { rows }]) => [language, rows])),
    locate(0),
  );
  if (repeated !== null) diagnostics.push(repeated);
  const languages = new Map<string, LoadedLanguage<Row>>();
  for (const language of sortedTags(read.keys())) {
    const { files, rows } = read.get(language) ?? { files: [], rows: [] };
    languages.set(language, { files, sha256: sha256Of(files), rows: rows.flat() });
  }
  return { languages, diagnostics };
}

/**
 * State of a source's preceding files: row numbers continue across shards, and ids must be unique among them.
 */
class Before {
  readonly #counts = new Map<string | null, number>();
  readonly #seen = new Map<string | null, Map<string, SeenIds>>();

  of({ language }: SourceFile): { readonly first: number; readonly seen: Map<string, SeenIds> } {
    const seen = this.#seen.get(language) ?? new Map<string, SeenIds>();
    this.#seen.set(language, seen);
    return { first: this.#counts.get(language) ?? 0, seen };
  }

  add({ language }: SourceFile, rows: number): void {
    this.#counts.set(language, (this.#counts.get(language) ?? 0) + rows);
  }
}

/** Hash of the files; of a single file that is used unchanged, its own hash. */
function sha256Of(files: readonly ReadFile[]): string {
  const [file, other] = files;
  if (file !== undefined && other === undefined && isPlain(file)) return file.sha256;
  const parts = files.map(({ sha256, source, prefix }) => {
    const { language, columns, weight, cap } = source;
    return [sha256, prefix, language, columns, weight, cap];
  });
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function isPlain({ prefix, source: { language, columns, weight, cap } }: ReadFile): boolean {
  return prefix === "" && [language, columns, weight, cap].every(value => value === undefined);
}

/**
 * Finds the location of a row. Rows do not store locations, so the file is read again for the one that a user
 * opens. For files without lines, such as Parquet, only the file is returned.
 */
export function placeOfRow(
  { files }: Pick<LoadedLanguage<unknown>, "files">,
  id: string,
): { file: string; range: SourceRange } | null {
  const ofSource = files.filter(({ prefix }) => id.startsWith(prefix));
  for (const { path, prefix, source, language } of ofSource) {
    if (!isNamedJson(path)) continue;
    const bytes = readDataFile(path);
    const text = bytes instanceof Uint8Array ? decodeUtf8(bytes, path) : null;
    if (typeof text !== "string") continue;
    const column = source.language;
    const isInLanguage = (row: JsonObject) =>
      column === undefined || fileLanguage(textOf(row[column]) ?? "") === language;
    const range = findRow(text, id.slice(prefix.length), source.columns, isInLanguage);
    if (range !== null) return { file: path, range };
  }
  const [first] = ofSource;
  return first === undefined ? null : { file: first.path, range: startOfFile };
}

export function loadTrainingData(
  sources: readonly DataSource[],
  mixtureFile: string,
  locate: LocateSources = () => startOfFile,
): Promise<LoadedData<Example>> {
  return loadAll(sources, mixtureFile, locate, { purpose: "training", read: readExample });
}

export function loadEvaluationData(
  sources: readonly DataSource[],
  mixtureFile: string,
  locate: LocateSources = () => startOfFile,
  purpose: "evaluation" | "development" = "evaluation",
): Promise<LoadedData<EvaluationRow>> {
  return loadAll(sources, mixtureFile, locate, { purpose, read: evaluationReader(purpose) });
}
