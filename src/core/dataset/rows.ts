// Reads data files into examples and evaluation rows; every fault has a file and a line.
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
  /** Name of the file in faults. */
  readonly file: string;
  /** Canonical tag of the language of the whole file; null if each row names its own. */
  readonly language: string | null;
  /** Column that names the language of each row. */
  readonly languageColumn?: string;
  readonly columns?: Columns;
}

/** Reads one row; null if it is faulty, which is recorded. */
export type ReadRow<Item> = (row: RawRow, language: string, faults: RowFaults, seen?: SeenIds) => Item | null;

/** Places of the ids of a file as text, such as `on line 3`. */
export type SeenIds = Map<string, string>;

export interface ParsedDataset {
  /** Rows without faults. */
  readonly examples: readonly Example[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ParsedEvaluation {
  /** Rows without faults. */
  readonly rows: readonly EvaluationRow[];
  readonly diagnostics: readonly Diagnostic[];
}

const expectedRows: Readonly<Record<Purpose, string>> = {
  training: '{"id": …, "prompt": …, "response": …}',
  evaluation: '{"id": …, "prompt": …}',
  development: '{"id": …, "prompt": …, "reference": …}',
};

/** Optional fields: a mistyped one would otherwise be ignored silently. */
const optionalFields: Readonly<Record<Purpose, readonly string[]>> = {
  training: ["language"],
  evaluation: ["language", "reference", "checks", "group", "instruction_id_list"],
  development: ["language", "reference"],
};

/**
 * Reads JSON Lines or JSON arrays with rows of `{"id", "prompt", "response"}`, Alpaca
 * (`instruction`, `input`, `output`), prompt and completion, or chat (`messages`,
 * `conversations`). A row without an id gets `row-<n>`, its number in the file from 1, so
 * that parallel files without ids still align. Other fields are ignored.
 */
export function parseDataset(text: string, options: DatasetOptions): ParsedDataset {
  const { items, diagnostics, missing } = readFile(text, options, "training", readExample);
  return { examples: items, diagnostics: [...inFile(options, missing), ...diagnostics] };
}

/**
 * Reads rows of the same layouts as `parseDataset`, with `checks`, `tags`, `group` and IFEval's
 * `instruction_id_list` and `kwargs`. A response is used as the reference.
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
        `"reference" is missing: development data measure the loss on references.`,
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

/**
 * Returns the range of the row with this id in a data file's text, among those accepted by
 * `isLookedFor`; null if there is none.
 */
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

/** Reads a file; `pieces` counts its rows, including faulty ones. */
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
        "Ids must be unique within a file: rename one of them, or remove the row.",
      );
    } else seen?.set(id, range === startOfFile ? `in row ${number}` : `on line ${range.start.line + 1}`);
    checkLanguage(row, language, faults);
    warnOfMistypedFields(row, purpose, faults);
    const item = build(id, language, row, faults);
    return faults.failed ? null : item;
  };
}

/** Returns the id that a row has; IFEval and its translations identify rows by `key`. */
function writtenId(row: JsonObject): unknown {
  if (!isAbsent(row.id)) return row.id;
  const hasKey = "instruction_id_list" in row || "turn_1_prompt" in row;
  return hasKey && !isAbsent(row.key) ? row.key : undefined;
}

/**
 * Returns the id of a row without one.
 * @param number one-based row number
 */
function derivedId(number: number): string {
  return `row-${number}`;
}

/** Returns true if an id was derived from the row's number; a source's name may precede it. */
export function isDerivedId(id: string): boolean {
  return /(^|:)row-\d+$/.test(id);
}

function readId(row: JsonObject, number: number, faults: RowFaults): string {
  const derived = derivedId(number);
  const id = writtenId(row);
  if (id === undefined) return derived;
  if (Number.isNaN(id)) {
    faults.error("wrong-type", '"id" is NaN, which is not an id.', "Write an id, or leave it out.");
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

/** Checks the row's language; a more or less specific tag is accepted (zh-Hans in the file of zh). */
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

/** Cache by field names: most rows of a file have the same ones. */
const mistyped = new Map<string, readonly Mistyped[]>();
const maxShapes = 1_000;
/** Maximum number of fields for which typos are guessed; rows with more are not instructions. */
const maxFields = 200;

function mistypedIn(row: JsonObject, purpose: Purpose): readonly Mistyped[] {
  const keys = Object.keys(row);
  const shape = `${purpose}\0${keys.join("\0")}`;
  const known = mistyped.get(shape);
  if (known !== undefined) return known;
  const names = keys.length > maxFields ? [] : keys.filter(key => key.length > 3);
  const found = optionalFields[purpose].flatMap(field => {
    const near = field in row ? null : closest(field, names);
    return near === null ? [] : [{ field, near }];
  });
  if (mistyped.size >= maxShapes) mistyped.clear();
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
        `${rows} ${rows === 1 ? "row has" : "rows have"} the character U+FFFD: letters were lost when the file was converted.`,
      "Convert it again from its original encoding.",
    );
  }
}
