// Splits a data file into JSON rows with their positions: JSON Lines, or JSON arrays.

import type { SourceRange } from "../../common/diagnostic.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { TooDeep } from "../../common/nesting.ts";
import { ArrayScan } from "./arrayScan.ts";
import { MessageTrees, unusedRemedy, unusedText } from "./messageTrees.ts";
import { hasNoNumber, parseJson } from "./parseJson.ts";
import type { FileFaults } from "./rowFaults.ts";
import { holdsMore, wrappedStart, wrappedWithin } from "./wrappedRows.ts";

export interface RawRow {
  /** One-based number of the row in the file, faulty rows included. */
  readonly number: number;
  readonly range: SourceRange;
  readonly value: JsonObject;
}

/** Maximum characters of a row; the longest rows of public datasets have a few hundred thousand. */
const maxCharacters = 8 * 2 ** 20;

/** Part of the file that should be one JSON object. */
interface Piece {
  readonly text: string;
  readonly offset: number;
}

/** Reads all rows. `expected` is a sample row for messages; the result's `pieces` counts faulty rows too. */
export function readRows(
  text: string,
  faults: FileFaults,
  expected: string,
): { rows: RawRow[]; pieces: number } {
  const opening = /^\s*\[/.exec(text);
  const wrapped = opening === null ? wrappedIn(text) : null;
  const place = new Places(text);
  const { pieces, end } =
    opening !== null
      ? arraysOf(text, opening[0].length)
      : wrapped !== null
        ? elementsOf(text, wrapped)
        : { pieces: linesOf(text), end: text.length };
  const rows: RawRow[] = [];
  let lastIsSound = true;
  for (const [index, piece] of pieces.entries()) {
    const range = place.range(piece);
    const value = parsePiece(piece, range, faults, expected, opening !== null || wrapped !== null);
    lastIsSound = value !== null;
    if (value !== null) rows.push({ number: index + 1, range, value });
  }
  if (end === null && lastIsSound) {
    const range = place.range({ text: "]", offset: text.trimEnd().length });
    faults.error(
      range,
      "not-json",
      "The JSON array is not closed.",
      "The file may be incomplete: an array ends with ].",
    );
  }
  const rest = end === null ? "" : text.slice(end).trim();
  if (wrapped === null ? rest !== "" : holdsMore(rest)) {
    const range = place.range({ text: rest, offset: text.indexOf(rest, end ?? 0) });
    faults.error(
      range,
      "not-json",
      "There is more text after the end of the JSON array.",
      "Put each row on a line of its own, or all rows into one array.",
    );
  }
  return { rows: conversationsOf(rows, faults), pieces: pieces.length };
}

/** Builds conversations from rows that are messages of trees; other rows are unchanged. */
function conversationsOf(rows: readonly RawRow[], faults: FileFaults): RawRow[] {
  const trees = new MessageTrees<RawRow>();
  const whole = [...rows.flatMap(row => trees.push(row.value, row)), ...trees.end()];
  for (const [reason, { count, first }] of trees.unused)
    faults.warnOnce(first.range, reason, () => unusedText(reason, count), unusedRemedy);
  return whole.map(({ row: value, place }) => ({ ...place, value }));
}

/** Returns the offset of the rows of a list within an object; null if there is no such list. */
function wrappedIn(text: string): number | null {
  const brace = /^\s*(?=\{)/.exec(text)?.[0].length;
  if (brace === undefined) return null;
  const start = wrappedStart(text.slice(brace, brace + wrappedWithin), true);
  return typeof start === "number" ? brace + start : null;
}

function parsePiece(
  piece: Piece,
  range: SourceRange,
  faults: FileFaults,
  expected: string,
  inArray: boolean,
): JsonObject | null {
  const parsed = parseRow(piece.text, inArray, expected);
  if ("value" in parsed) return parsed.value;
  faults.error(range, parsed.code, parsed.message, parsed.remedy);
  return null;
}

export type ParsedRow =
  | { readonly value: JsonObject }
  | { readonly code: string; readonly message: string; readonly remedy: string };

/**
 * Parses one row.
 * @param expected sample row for messages
 */
export function parseRow(text: string, inArray: boolean, expected: string): ParsedRow {
  if (text.length > maxCharacters)
    return {
      code: "row-too-long",
      message: `This row has ${(text.length / 2 ** 20).toFixed(0)} million characters, too many for an example.`,
      remedy: "Put each row on a line of its own, or remove this one.",
    };
  if (text.includes("\0"))
    return {
      code: "nul-character",
      message: "This row contains a zero byte: the file is damaged, or not text.",
      remedy: "Create the file again from its source, as UTF-8 text.",
    };
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const what = inArray ? "This element of the array" : "This line";
    if (error instanceof TooDeep)
      return {
        code: "too-deep",
        message: `${what} can't be read: ${error.message}.`,
        remedy: "Keep only the fields of the prompt and response.",
      };
    const message = `${what} is not JSON; expected ${expected}.`;
    return { code: "not-json", message, remedy: remedyFor(text, inArray) };
  }
  if (isObject(value)) return { value };
  const found = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
  const message = `A row must be a JSON object, not ${found}; expected ${expected}.`;
  return { code: "wrong-type", message, remedy: "" };
}

function remedyFor(text: string, inArray: boolean): string {
  const trimmed = text.trim();
  if (/\}\s*,$/.test(trimmed)) return "Remove the comma at the end of the line.";
  if (hasNoNumber(trimmed)) return "JSON has no NaN or Infinity: write null, or leave the field out.";
  if (/^\{\s*'/.test(trimmed)) return "JSON strings need double quotes: \"id\", not 'id'.";
  if (!inArray && (trimmed === "{" || trimmed === "}")) return "Write each row on one line.";
  if (/,\s*\}$/.test(trimmed)) return "Remove the comma before the last brace.";
  if (!trimmed.startsWith("{"))
    return "Each line must be one object in braces; tables are read from files that end in .csv or .tsv.";
  if (!trimmed.endsWith("}"))
    return "The row is incomplete: write it on one line, with its closing quote and brace.";
  return 'Correct the row; quotes and line breaks inside a string are written \\" and \\n.';
}

function linesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    const trimmed = line.trimEnd();
    // Concatenated files have byte order marks in the middle.
    const mark = /^\ufeff*/.exec(trimmed)?.[0].length ?? 0;
    if (trimmed.trim() !== "") pieces.push({ text: trimmed.slice(mark), offset: offset + mark });
    offset += line.length + 1;
  }
  return pieces;
}

/** Returns the elements of consecutive arrays, as written by tools that work in batches. */
function arraysOf(text: string, start: number): { pieces: Piece[]; end: number | null } {
  const opening = /\s*\[/y;
  const first = elementsOf(text, start);
  const pieces = [first.pieces];
  let { end } = first;
  while (end !== null) {
    opening.lastIndex = end;
    if (!opening.test(text)) break;
    const next = elementsOf(text, opening.lastIndex);
    pieces.push(next.pieces);
    end = next.end;
  }
  return { pieces: pieces.flat(), end };
}

/**
 * Splits a top-level array at its brackets and strings, so that a broken element causes only one fault. `end`
 * is the offset after its closing bracket, null if that is missing.
 */
function elementsOf(text: string, start: number): { pieces: Piece[]; end: number | null } {
  const pieces: Piece[] = [];
  const scan = new ArrayScan();
  let begin = start;
  const cut = (end: number) => {
    const raw = text.slice(begin, end);
    const trimmed = raw.trim();
    if (trimmed !== "") pieces.push({ text: trimmed, offset: begin + raw.indexOf(trimmed) });
    begin = end + 1;
  };
  for (let i = start; i < text.length; i++) {
    if (!scan.endsElement(text.charCodeAt(i))) continue;
    cut(i);
    if (text[i] === "]") return { pieces, end: i + 1 };
  }
  cut(text.length);
  return { pieces, end: null };
}

/** Converts offsets to line and column; offsets must be ascending. */
class Places {
  readonly #text: string;
  #offset = 0;
  #line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the range from the start of the piece to the end of its first line. */
  range(piece: Piece): SourceRange {
    for (let at = this.#text.indexOf("\n", this.#offset); at >= 0 && at < piece.offset; ) {
      this.#line++;
      this.#lineStart = at + 1;
      this.#offset = at + 1;
      at = this.#text.indexOf("\n", this.#offset);
    }
    const column = piece.offset - this.#lineStart;
    const length = piece.text.split(/\r?\n/, 1)[0]?.length ?? 1;
    return { start: { line: this.#line, column }, end: { line: this.#line, column: column + length } };
  }
}
