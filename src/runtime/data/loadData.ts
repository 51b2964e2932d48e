// Reads the training, evaluation and development data of every language, with all their faults.

import { createHash } from "node:crypto";
import { type Diagnostic, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { decodeUtf8 } from "../../core/dataset/decode.ts";
import type { EvaluationRow, Example } from "../../core/dataset/example.ts";
import { type DatasetOptions, findRow, parseDataset, parseEvaluation } from "../../core/dataset/rows.ts";
import { type DataSource, sourceNames } from "../../core/mixture/dataSource.ts";
import { readDataFile } from "./readDataFile.ts";
import { findSourceFiles } from "./sourceFiles.ts";

/** A file that rows of a language were read from. */
export interface ReadFile {
  readonly path: string; // absolute
  readonly sha256: string;
  readonly source: DataSource;
  /** What the ids of its rows begin with. */
  readonly prefix: string;
}

export interface LoadedLanguage<Row> {
  readonly files: readonly ReadFile[];
  /** Of all that decides what the rows are. */
  readonly sha256: string;
  readonly rows: readonly Row[];
}

export interface LoadedData<Row> {
  /** By canonical tag; a language without data is absent. */
  readonly languages: ReadonlyMap<string, LoadedLanguage<Row>>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Parsed<Row> {
  readonly rows: readonly Row[];
  readonly diagnostics: readonly Diagnostic[];
}

type Parse<Row> = (text: string, options: DatasetOptions) => Parsed<Row>;

function loadFile<Row>(
  path: string,
  language: string,
  parse: Parse<Row>,
): Parsed<Row> & { readonly sha256: string } {
  const failed = (diagnostic: Diagnostic, sha256: string) => ({
    sha256,
    rows: [],
    diagnostics: [diagnostic],
  });
  const bytes = readDataFile(path);
  if (!(bytes instanceof Uint8Array)) return failed(bytes, "");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const text = decodeUtf8(bytes, path);
  if (typeof text !== "string") return failed(text, sha256);
  return { sha256, ...parse(text, { file: path, language }) };
}

async function loadAll<Row extends { readonly id: string }>(
  sources: readonly DataSource[],
  mixtureFile: string,
  range: SourceRange,
  parse: Parse<Row>,
): Promise<LoadedData<Row>> {
  const prefixes = sourceNames(sources);
  const read = new Map<string, { files: ReadFile[]; rows: Row[][] }>();
  const diagnostics: Diagnostic[] = [];
  for (const [at, source] of sources.entries()) {
    const prefix = prefixes[at] ?? "";
    const found = findSourceFiles(source, mixtureFile, range);
    diagnostics.push(...found.diagnostics);
    for (const { path, language } of found.files) {
      if (language === null) continue;
      const { rows, sha256, diagnostics: faults } = loadFile(path, language, parse);
      const { files, rows: others } = read.get(language) ?? { files: [], rows: [] };
      read.set(language, { files, rows: others });
      files.push({ path, sha256, source, prefix });
      others.push(prefix === "" ? [...rows] : rows.map(row => ({ ...row, id: `${prefix}${row.id}` })));
      diagnostics.push(...faults);
    }
  }
  const languages = [...read].map(([language, { files, rows }]): [string, LoadedLanguage<Row>] => [
    language,
    { files, sha256: sha256Of(files), rows: rows.flat() },
  ]);
  return { languages: new Map(languages), diagnostics };
}

/** Of one file that is taken as it is: its own. */
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

/** Rows keep no places: the file is read once more, for the one that a person is led to. */
export function placeOfRow(
  { files }: Pick<LoadedLanguage<unknown>, "files">,
  id: string,
): { file: string; range: SourceRange } | null {
  for (const { path, prefix } of files) {
    if (!id.startsWith(prefix)) continue;
    const bytes = readDataFile(path);
    const text = bytes instanceof Uint8Array ? decodeUtf8(bytes, path) : null;
    const range = typeof text === "string" ? findRow(text, id.slice(prefix.length)) : null;
    if (range !== null) return { file: path, range };
  }
  return null;
}

/** @param range Where the sources are written, for faults of the sources themselves. */
export function loadTrainingData(
  sources: readonly DataSource[],
  mixtureFile: string,
  range: SourceRange = startOfFile,
): Promise<LoadedData<Example>> {
  return loadAll(sources, mixtureFile, range, (text, options) => {
    const { examples, diagnostics } = parseDataset(text, options);
    return { rows: examples, diagnostics };
  });
}

export function loadEvaluationData(
  sources: readonly DataSource[],
  mixtureFile: string,
  range: SourceRange = startOfFile,
  purpose: "evaluation" | "development" = "evaluation",
): Promise<LoadedData<EvaluationRow>> {
  return loadAll(sources, mixtureFile, range, (text, options) => parseEvaluation(text, options, purpose));
}
