// Converts a dataset to one JSON Lines file for each language, with ids, in Pinch's format.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { previewOf, textOf } from "../../core/dataset/guessColumns.ts";
import { hash53 } from "../../core/dataset/idHashes.ts";
import { ImportNotes, isLeftOut } from "../../core/dataset/importNotes.ts";
import { sameLanguage } from "../../core/language/alike.ts";
import { noLanguage } from "../../core/language/identifiable.ts";
import { fileLanguage, suggestLanguage } from "../../core/language/names.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { dataStem } from "../../core/sources/dataFileNames.ts";
import { renameWithRetry, writeFully } from "../../node/atomicWrite.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import { removeAbandoned, temporaryPath } from "../../node/temporaryFiles.ts";
import type {
  ColumnMapping,
  ColumnsRequest,
  DatasetColumns,
  DatasetImport,
  DatasetImportRequest,
} from "../../protocol/data.ts";
import type { RecipeContext } from "../context/context.ts";
import { chosenDataset } from "../dataFiles/datasetRows.ts";
import { type ImportedFields, readImported } from "../dataFiles/importedRow.ts";
import type { DatasetRow } from "../dataFiles/readRow.ts";
import { createIdentifier } from "../identification/identify.ts";

/** Number of rows for which columns are shown. */
const previewedRows = 20;
const shownValues = 5;
/** Number of characters that suffice to identify a language. */
const identifiedCharacters = 1_000;
/** Number of characters buffered for a file before they are written. */
const heldCharacters = 1 << 20;

/** Returns the columns of the first rows. @throws HumanError if the file has no readable row. */
export async function datasetColumns({ source }: ColumnsRequest): Promise<DatasetColumns> {
  const values = new Map<string, string[]>();
  let rows = 0;
  let fault: string | null = null;
  const { format, batches } = await chosenDataset(source);
  for await (const batch of batches()) {
    for (const read of batch) {
      if ("fault" in read) fault ??= read.fault;
      if (!("row" in read) || rows === previewedRows) continue;
      for (const [name, value] of Object.entries(read.row)) {
        const shown = values.get(name) ?? [];
        values.set(name, shown);
        if (shown.length < shownValues && value !== null && value !== "") shown.push(previewOf(value));
      }
      rows++;
    }
    if (rows === previewedRows) break;
  }
  if (values.size === 0)
    throw new HumanError(`${basename(source)} has no row that can be read. ${fault ?? ""}`.trim(), {
      remedy: "Check that its content is what its name says.",
    });
  return { format, columns: [...values].map(([name, shown]) => ({ name, values: shown })) };
}

/** Files appear once all of them are written; cancelling leaves none. */
export async function importDataset(
  request: DatasetImportRequest,
  { signal, progress }: Pick<RecipeContext, "progress" | "signal">,
): Promise<DatasetImport> {
  const { source, mapping, expected } = request;
  const out = resolve(request.out);
  const files = new LanguageWriter(out);
  const tell = await languageReader(mapping, expected);
  const notes = new ImportNotes();
  const stem = basename(dataStem(source));
  const takeRow = (row: DatasetRow, place: number): void => {
    const at = (why: string): string => `Row ${place}: ${why}`;
    const read = readImported(row, mapping);
    if ("left" in read) {
      notes.add(read.left, at(read.why));
      return;
    }
    const language = tell(row, read.text);
    if (language === null) {
      const { why, name } = unknownLanguage(row, mapping.language);
      notes.add("unknownLanguage", at(why), name === undefined ? {} : { name });
      return;
    }
    const id = (mapping.id === null ? null : textOf(row[mapping.id])) ?? `${stem}-${place}`;
    if (files.add(language, { id, ...read.fields }))
      for (const { kind, why } of read.changed) notes.add(kind, at(why));
    else notes.add("duplicate", at(`the id ${id} occurs twice in ${language}.`));
  };
  let number = 0;
  try {
    const { batches, fraction } = await chosenDataset(source);
    for await (const batch of batches()) {
      for (const read of batch) {
        if ("column" in read) {
          notes.add("columns", read.column);
          continue;
        }
        if ("unused" in read) {
          const where = read.line === null ? "" : ` from line ${read.line} on`;
          notes.add(read.unused, `of each tree the best-ranked answers are read${where}`, {
            times: read.count,
          });
          continue;
        }
        number++;
        if (number % 500 === 0) {
          throwIfCancelled(signal);
          const message = `${number.toLocaleString("en")} rows`;
          const done = Math.round(1000 * fraction());
          progress({ phase: "load", done, total: 1000, secondsLeft: null, message });
          await new Promise(resume => setImmediate(resume)); // lets a cancel request through
        }
        if ("fault" in read)
          notes.add(
            read.kind === "header" ? "header" : "broken",
            read.line === null ? read.fault : `${read.fault} ${read.remedy}`,
          );
        else takeRow(read.row, number);
      }
    }
    throwIfCancelled(signal);
    if (files.rows.size === 0)
      throw new HumanError(
        `No row of ${basename(source)} could be imported. ${notes.list().find(isLeftOut)?.first ?? ""}`.trim(),
        {
          remedy: "Choose other columns for prompt, response and language.",
        },
      );
    files.finish();
  } catch (error) {
    files.discard();
    throw error;
  }
  const rows = Object.fromEntries(sortedTags(files.rows.keys()).map(tag => [tag, files.rows.get(tag) ?? 0]));
  return { out, rows, notes: notes.list() };
}

type LanguageReader = (row: DatasetRow, text: string) => string | null;

async function languageReader(
  { language }: ColumnMapping,
  expected: readonly string[],
): Promise<LanguageReader> {
  if (language.kind === "fixed") {
    const tag = fileLanguage(language.tag);
    if (tag === null)
      throw new HumanError(`${language.tag} is not a language tag.`, {
        remedy: "Write one such as en, sw or zh-Hant.",
      });
    return () => tag;
  }
  if (language.kind === "column") return row => fileLanguage(textOf(row[language.column]) ?? "");
  const { identify } = await createIdentifier(expected);
  return (_row, text) => {
    const start = text.slice(0, identifiedCharacters);
    const { language: found } = identify(start);
    if (expected.some(tag => sameLanguage(found, tag))) return fileLanguage(found);
    // A short text may equally well be in one of the expected languages.
    const likeliest = expected
      .map(tag => identify(start, tag))
      .filter(({ language: own }) => expected.includes(own))
      .sort((a, b) => b.confidence - a.confidence)[0];
    const chosen = likeliest?.language ?? found;
    return chosen === "und" || chosen === noLanguage ? null : fileLanguage(chosen);
  };
}

/** Describes the language value of a row, and what it might mean. */
function unknownLanguage(
  row: DatasetRow,
  language: ColumnMapping["language"],
): { readonly why: string; readonly name?: string } {
  if (language.kind !== "column") return { why: "its language could not be identified." };
  const written = textOf(row[language.column]);
  if (written === null) return { why: "it names no language." };
  const name = previewOf(written);
  const meant = suggestLanguage(written);
  const remedy = meant === null ? "" : ` Did you mean ${meant}?`;
  return { why: `${JSON.stringify(name)} is not a known language.${remedy}`, name };
}

interface Open {
  readonly descriptor: number;
  readonly temporary: string;
  readonly place: string;
  readonly ids: Set<number>;
  held: string;
}

/** Writes one file for each language, under temporary names until all are complete. */
class LanguageWriter {
  readonly rows = new Map<string, number>();
  readonly #out: string;
  readonly #files = new Map<string, Open>();

  constructor(out: string) {
    this.#out = out;
    removeAbandoned(out);
    mkdirSync(out, { recursive: true });
  }

  /** Returns false if the language already has this id. */
  add(language: string, row: ImportedFields & { readonly id: string }): boolean {
    const file = this.#files.get(language) ?? this.#open(language);
    const hash = hash53(row.id);
    if (file.ids.has(hash)) return false;
    file.ids.add(hash);
    file.held += `${JSON.stringify(row)}\n`;
    if (file.held.length > heldCharacters) this.#flush(file);
    this.rows.set(language, (this.rows.get(language) ?? 0) + 1);
    return true;
  }

  finish(): void {
    for (const file of this.#files.values()) {
      this.#flush(file);
      fsyncSync(file.descriptor);
      closeSync(file.descriptor);
    }
    for (const { temporary, place } of this.#files.values()) renameWithRetry(temporary, place);
    this.#files.clear();
  }

  discard(): void {
    for (const { descriptor, temporary } of this.#files.values()) {
      try {
        closeSync(descriptor);
      } catch {
        // It was already closed; removing it is what matters.
      }
      rmSync(temporary, { force: true });
    }
  }

  #open(language: string): Open {
    const place = join(this.#out, `${language}.jsonl`);
    if (existsSync(place))
      throw new HumanError(`${place} already exists and is not overwritten.`, {
        remedy: "Choose another folder, or move that file away.",
      });
    const temporary = temporaryPath(place);
    const file = {
      descriptor: openSync(temporary, "wx"),
      temporary,
      place,
      ids: new Set<number>(),
      held: "",
    };
    this.#files.set(language, file);
    return file;
  }

  #flush(file: Open): void {
    writeFully(file.descriptor, new TextEncoder().encode(file.held));
    file.held = "";
  }
}
