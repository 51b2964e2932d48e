// Reads the training, evaluation and development files of every language, with all their faults.

import { createHash } from "node:crypto";
import { type Diagnostic, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { decodeUtf8 } from "../../core/dataset/decode.ts";
import type { EvaluationRow, Example } from "../../core/dataset/example.ts";
import { type DatasetOptions, findRow, parseDataset, parseEvaluation } from "../../core/dataset/rows.ts";
import { duplicateFault, findLanguageFiles, unreadFault } from "./languageFiles.ts";
import { readDataFile } from "./readDataFile.ts";

export interface LoadedFile<Row> {
  readonly path: string; // absolute
  readonly sha256: string;
  readonly rows: readonly Row[];
}

export interface LoadedData<Row> {
  /** By canonical tag; a language without a file is absent. */
  readonly languages: ReadonlyMap<string, LoadedFile<Row>>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Parsed<Row> {
  readonly rows: readonly Row[];
  readonly diagnostics: readonly Diagnostic[];
}

function loadFile<Row>(
  path: string,
  language: string,
  parse: (text: string, options: DatasetOptions) => Parsed<Row>,
): { readonly file: LoadedFile<Row>; readonly diagnostics: readonly Diagnostic[] } {
  const failed = (diagnostic: Diagnostic, sha256: string) => ({
    file: { path, sha256, rows: [] },
    diagnostics: [diagnostic],
  });
  const bytes = readDataFile(path);
  if (!(bytes instanceof Uint8Array)) return failed(bytes, "");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const text = decodeUtf8(bytes, path);
  if (typeof text !== "string") return failed(text, sha256);
  const { rows, diagnostics } = parse(text, { file: path, language });
  return { file: { path, sha256, rows }, diagnostics };
}

function loadAll<Row>(
  pattern: string,
  mixtureFile: string,
  range: SourceRange,
  parse: (text: string, options: DatasetOptions) => Parsed<Row>,
): LoadedData<Row> {
  const { files, duplicates, unread } = findLanguageFiles(pattern, mixtureFile);
  const diagnostics = duplicates.map(duplicate => duplicateFault(duplicate, range));
  const left = unreadFault(unread, range);
  if (left !== null) diagnostics.push(left);
  const languages = new Map<string, LoadedFile<Row>>();
  for (const [language, path] of files) {
    const loaded = loadFile(path, language, parse);
    languages.set(language, loaded.file);
    diagnostics.push(...loaded.diagnostics);
  }
  return { languages, diagnostics };
}

/** Rows keep no places: the file is read once more, for the one that a person is led to. */
export function placeOfRow(path: string, id: string): { file: string; range: SourceRange } | null {
  const bytes = readDataFile(path);
  const text = bytes instanceof Uint8Array ? decodeUtf8(bytes, path) : null;
  const range = typeof text === "string" ? findRow(text, id) : null;
  return range === null ? null : { file: path, range };
}

/** @param range Where the pattern is written, for faults of the pattern itself. */
export function loadTrainingData(
  pattern: string,
  mixtureFile: string,
  range: SourceRange = startOfFile,
): LoadedData<Example> {
  return loadAll(pattern, mixtureFile, range, (text, options) => {
    const { examples, diagnostics } = parseDataset(text, options);
    return { rows: examples, diagnostics };
  });
}

export function loadEvaluationData(
  pattern: string,
  mixtureFile: string,
  range: SourceRange = startOfFile,
  purpose: "evaluation" | "development" = "evaluation",
): LoadedData<EvaluationRow> {
  return loadAll(pattern, mixtureFile, range, (text, options) => parseEvaluation(text, options, purpose));
}
