// Data files to examples and evaluation rows, with every fault by file and line.
import { type Diagnostic, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { closest } from "../../common/didYouMean.ts";
import type { JsonObject } from "../../common/json.ts";
import { knownLanguage } from "../language/names.ts";
import { readChecks, readGroup, readTags } from "./checkFields.ts";
import { type Columns, type MissingColumn, missingColumnFault, UsedColumns, withColumns } from "./columns.ts";
import { firstTurn } from "./conversationRows.ts";
import { type EvaluationRow, type Example, exchangesOf } from "./example.ts";
import { readInstructions } from "./instructionFields.ts";
import { type RawRow, readRows } from "./jsonRows.ts";
import { RowLanguages } from "./languageColumn.ts";
import { type Purpose, readSides } from "./layouts.ts";
import { FileFaults, RowFaults } from "./rowFaults.ts";
import { brokenText, isAbsent, kindOf } from "./values.ts";

export interface DatasetOptions {
  /** Named in faults. */
  readonly file: string;
  /** Canonical tag of the language that the whole file is in; null: each row names its own. */
  readonly language: string | null;
  /** The column that does. */
  readonly languageColumn?: string;
  readonly columns?: Columns;
}

/** null: the row is faulty, and that is noted. */
export type ReadRow<Item> = (row: RawRow, language: string, faults: RowFaults, seen?: SeenIds) => Item | null;

/** Where the ids of a file stand, in words: `on line 3`. */
export type SeenIds = Map<string, string>;

export interface ParsedDataset {
  /** The rows without faults. */
  readonly examples: readonly Example[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ParsedEvaluation {
  /** The rows without faults. */
  readonly rows: readonly EvaluationRow[];
  readonly diagnostics: readonly Diagnostic[];
}

export const expectedRows: Readonly<Record<Purpose, string>> = {
  training: '{"id": …, "prompt": …, "response": …}',
  evaluation: '{"id": …, "prompt": …}',
  development: '{"id": …, "prompt": …, "reference": …}',
};

/** Fields that a row may lack: a mistyped one would be lost in silence. */
const optionalFields: Readonly<Record<Purpose, readonly string[]>> = {
  training: ["language"],
  evaluation: ["language", "reference", "checks", "group", "instruction_id_list"],
  development: ["language", "reference"],
};

/**
 * Reads JSON Lines or JSON arrays of `{"id", "prompt", "response"}`, Alpaca (`instruction`,
 * `input`, `output`), prompt and completion, or chat (`messages`, `conversations`) rows. A row without an id gets `row-<n>`, its place in the
 * file from 1, so that parallel files without ids still align. Other fields are ignored.
 */
export function parseDataset(text: string, options: DatasetOptions): ParsedDataset {
  const { items, diagnostics, missing } = readFile(text, options, "training", readExample);
  return { examples: items, diagnostics: [...inFile(options, missing), ...diagnostics] };
}

/**
 * Rows of the same layouts, and `checks`, `tags`, `group` and IFEval's `instruction_id_list` with `kwargs`; a response, where there is
 * one, is the reference.
 */
export function parseEvaluation(
  text: string,
  options: DatasetOptions,
  purpose: Exclude<Purpose, "training"> = "evaluation",
): ParsedEvaluation {
  const { items, diagnostics, missing } = readFile(text, options, purpose, evaluationReader(purpose));
  return { rows: items, diagnostics: [...inFile(options, missing), ...diagnostics] };
}

function inFile({ file }: DatasetOptions, missing: readonly MissingColumn[]): Diagnostic[] {
  return missing.map(each => missingColumnFault(each, { file, range: startOfFile }));
}

export const readExample: ReadRow<Example> = reader("training", (id, language, row, faults) => {
  const { prompt, response, ...context } = readSides(row, "training", faults);
  if (prompt === undefined || response === undefined) return null;
  const example = { id, language, prompt, response, ...context };
  const turns = exchangesOf(example).flatMap(turn => [turn.prompt, turn.response]);
  checkCharacters(faults, context.system ?? "", ...turns);
  return example;
});

export function evaluationReader(purpose: Exclude<Purpose, "training">): ReadRow<EvaluationRow> {
  return reader(purpose, (id, language, row, faults) => {
    const { prompt, response: reference, ...context } = readSides(row, purpose, faults);
    if (purpose === "development" && reference === undefined && !faults.failed)
      faults.error(
        "missing-field",
        `"reference" is missing: a row of development data is there for the loss on its reference.`,
        "Add it, or remove the row.",
      );
    const checks = readChecks(row, faults);
    const read = readInstructions(row, language, faults);
    const tags = readTags(row, faults);
    const group = readGroup(row, faults);
    if (prompt === undefined) return null;
    const before = (context.earlier ?? []).flatMap(turn => [turn.prompt, turn.response]);
    checkCharacters(faults, context.system ?? "", ...before, prompt, reference ?? "");
    return {
      id,
      language,
      prompt,
      ...context,
      ...(reference === undefined ? {} : { reference }),
      ...(checks === undefined ? {} : { checks }),
      ...read,
      ...(tags === undefined ? {} : { tags }),
      ...(group === undefined ? {} : { group }),
    };
  });
}

/** Where the row with this id stands in a data file's text, of those that are looked for; null where none has it. */
export function findRow(
  text: string,
  id: string,
  columns?: Columns,
  isLookedFor: (row: JsonObject) => boolean = () => true,
): SourceRange | null {
  const { rows } = readRows(text, new FileFaults(""), "");
  const found = rows.find(
    ({ value, number }) =>
      String(writtenId(withColumns(value, columns)) ?? derivedId(number)) === id && isLookedFor(value),
  );
  return found?.range ?? null;
}

/** `pieces`: rows and what should be some. */
export function readFile<Item>(
  text: string,
  { file: name, language: fixed, languageColumn, columns }: DatasetOptions,
  purpose: Purpose,
  read: ReadRow<Item>,
  seen: Map<string, SeenIds> = new Map(),
): { items: Item[]; pieces: number; diagnostics: Diagnostic[]; missing: MissingColumn[] } {
  const file = new FileFaults(name);
  const expected = expectedRows[purpose];
  const { rows, pieces } = readRows(text, file, expected);
  if (pieces === 0)
    file.error(startOfFile, "empty-file", "The file has no rows.", `Each line is one row: ${expected}.`);
  const languages = new RowLanguages(fixed, languageColumn, file);
  const used = new UsedColumns(columns, languageColumn === undefined ? {} : { language: languageColumn });
  const items: Item[] = [];
  for (const row of rows) {
    used.note(row.value);
    const language = languages.of(row.value, row.range);
    if (language === null) continue;
    const ids = seen.get(language) ?? new Map<string, string>();
    seen.set(language, ids);
    const value = withColumns(row.value, columns);
    const item = read({ ...row, value }, language, new RowFaults(file, row.range), ids);
    if (item !== null) items.push(item);
  }
  return { items, pieces, diagnostics: file.list(), missing: used.missing() };
}

function reader<Item>(
  purpose: Purpose,
  build: (id: string, language: string, row: JsonObject, faults: RowFaults) => Item | null,
): ReadRow<Item> {
  return ({ number, range, value }, language, faults, seen) => {
    const row = purpose === "training" ? value : firstTurn(value, faults);
    const id = readId(row, number, faults);
    const first = seen?.get(id);
    if (first !== undefined) {
      faults.error(
        "duplicate-id",
        `The id "${id}" is also ${first}.`,
        "Ids are unique within a file: rename one of them, or remove the row.",
      );
    } else seen?.set(id, range === startOfFile ? `in row ${number}` : `on line ${range.start.line + 1}`);
    checkLanguage(row, language, faults);
    warnOfMistypedFields(row, purpose, faults);
    const item = build(id, language, row, faults);
    return faults.failed ? null : item;
  };
}

/** IFEval and its translations pair their rows by `key`. */
function writtenId(row: JsonObject): unknown {
  if (!isAbsent(row.id)) return row.id;
  const hasKey = "instruction_id_list" in row || "turn_1_prompt" in row;
  return hasKey && !isAbsent(row.key) ? row.key : undefined;
}

/** Of a row that is written without an id. @param number From 1. */
function derivedId(number: number): string {
  return `row-${number}`;
}

/** Whether an id says only where its row stands; a source's name may stand before it. */
export function isDerivedId(id: string): boolean {
  return /(^|:)row-\d+$/.test(id);
}

function readId(row: JsonObject, number: number, faults: RowFaults): string {
  const derived = derivedId(number);
  const id = writtenId(row);
  if (id === undefined) return derived;
  if (Number.isNaN(id)) {
    faults.error("wrong-type", '"id" is NaN, which is no number.', "Write an id, or leave it out.");
    return derived;
  }
  if (typeof id === "number" || typeof id === "string") return String(id);
  faults.error(
    "wrong-type",
    `"id" must be text, not ${kindOf(id)}.`,
    "Write an id, or leave it out in every row.",
  );
  return derived;
}

/** A more or less specific tag (zh-Hans in the file of zh) is no contradiction. */
function checkLanguage(row: JsonObject, language: string, faults: RowFaults): void {
  const written = row.language;
  if (isAbsent(written)) return;
  const tag = typeof written === "string" ? knownLanguage(written) : null;
  if (tag !== null && (`${tag}-`.startsWith(`${language}-`) || language.startsWith(`${tag}-`))) return;
  faults.error(
    "wrong-language",
    `The row's "language" is ${JSON.stringify(written)}, but the file is read as ${language}.`,
    "Move the row to that language's file, or correct it.",
  );
}

function warnOfMistypedFields(row: JsonObject, purpose: Purpose, faults: RowFaults): void {
  for (const { field, near } of mistypedIn(row, purpose)) {
    faults.warnOnce(
      `mistyped-${field}`,
      rows => `"${near}" is ignored in ${rows} ${rows === 1 ? "row" : "rows"}.`,
      `Did you mean "${field}"?`,
    );
  }
}

interface Mistyped {
  readonly field: string;
  readonly near: string;
}

/** By the fields of rows: those of a file have mostly the same ones. */
const mistyped = new Map<string, readonly Mistyped[]>();
const mostShapes = 1_000;
/** Rows of more fields are no rows of instructions, and what their fields mean is not guessed. */
const mostFields = 200;

function mistypedIn(row: JsonObject, purpose: Purpose): readonly Mistyped[] {
  const keys = Object.keys(row);
  const shape = `${purpose}\0${keys.join("\0")}`;
  const known = mistyped.get(shape);
  if (known !== undefined) return known;
  const names = keys.length > mostFields ? [] : keys.filter(key => key.length > 3);
  const found = optionalFields[purpose].flatMap(field => {
    const near = field in row ? null : closest(field, names);
    return near === null ? [] : [{ field, near }];
  });
  if (mistyped.size >= mostShapes) mistyped.clear();
  mistyped.set(shape, found);
  return found;
}

function checkCharacters(faults: RowFaults, ...texts: readonly string[]): void {
  for (const text of texts) {
    const broken = brokenText(text);
    if (broken === null) continue;
    faults.error("broken-character", broken.message, broken.remedy);
    break;
  }
  if (texts.some(text => text.includes("\ufffd"))) {
    faults.warnOnce(
      "replacement-character",
      rows =>
        `${rows} ${rows === 1 ? "row has" : "rows have"} the character U+FFFD: letters were lost where the file was converted.`,
      "Convert it again from its original encoding.",
    );
  }
}
