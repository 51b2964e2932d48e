// Splits a data file into JSON rows with their places: JSON Lines, or one JSON array.
import type { SourceRange } from "../../common/diagnostic.ts";
import type { FileFaults } from "./rowFaults.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export interface RawRow {
  /** One-based place among the rows of the file, faulty ones counted. */
  readonly number: number;
  readonly range: SourceRange;
  readonly value: JsonObject;
}

/** A piece of the file that should be one JSON object. */
interface Piece {
  readonly text: string;
  readonly offset: number;
}

/** `expected` shows a row as it should be; `pieces` counts faulty rows too. */
export function readRows(
  text: string,
  faults: FileFaults,
  expected: string,
): { rows: RawRow[]; pieces: number } {
  const array = /^\s*\[/.exec(text);
  const pieces = array === null ? linesOf(text) : elementsOf(text, array[0].length);
  const place = new Places(text);
  const rows: RawRow[] = [];
  for (const [index, piece] of pieces.entries()) {
    const range = place.range(piece);
    const value = parsePiece(piece, range, faults, expected, array !== null);
    if (value !== null) rows.push({ number: index + 1, range, value });
  }
  return { rows, pieces: pieces.length };
}

function parsePiece(
  piece: Piece,
  range: SourceRange,
  faults: FileFaults,
  expected: string,
  inArray: boolean,
): JsonObject | null {
  let value: unknown;
  try {
    value = JSON.parse(piece.text);
  } catch {
    const what = inArray ? "This element of the array" : "This line";
    faults.error(
      range,
      "not-json",
      `${what} is not JSON; expected ${expected}.`,
      remedyFor(piece.text, inArray),
    );
    return null;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  const found = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
  faults.error(range, "wrong-type", `A row must be a JSON object, not ${found}; expected ${expected}.`);
  return null;
}

function remedyFor(text: string, inArray: boolean): string {
  const trimmed = text.trim();
  if (/\}\s*,$/.test(trimmed)) return "Remove the comma at the end of the line.";
  if (/^\{\s*'/.test(trimmed)) return "JSON strings stand in double quotes: \"id\", not 'id'.";
  if (!inArray && (trimmed === "{" || trimmed === "}")) return "Write each row on one line.";
  if (/,\s*\}$/.test(trimmed)) return "Remove the comma before the last brace.";
  if (!trimmed.startsWith("{"))
    return "Each line holds one object in braces; .csv and .txt files must be converted.";
  if (!trimmed.endsWith("}"))
    return "The row breaks off: write it on one line, with its closing quote and brace.";
  return 'Correct the row; quotes and line breaks inside a string are written \\" and \\n.';
}

function linesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    const trimmed = line.trimEnd();
    if (trimmed.trim() !== "") pieces.push({ text: trimmed, offset });
    offset += line.length + 1;
  }
  return pieces;
}

/** The elements of a top-level array, found by its brackets and strings, so that one broken element is one fault. */
function elementsOf(text: string, start: number): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let inString = false;
  let begin = start;
  const cut = (end: number) => {
    const raw = text.slice(begin, end);
    const leading = raw.length - raw.trimStart().length;
    if (raw.trim() !== "") pieces.push({ text: raw.trim(), offset: begin + leading });
    begin = end + 1;
  };
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || (char === "]" && depth > 0)) depth--;
    else if (char === "]") {
      cut(i);
      break;
    } else if (char === "," && depth === 0) cut(i);
  }
  // A file that breaks off has no closing bracket: what is left is a piece, and its fault says so.
  if (text.slice(begin).trim() !== "" && !/^\s*\]?\s*$/.test(text.slice(begin))) cut(text.length);
  return pieces;
}

/** Line and column of offsets, asked in ascending order. */
class Places {
  readonly #text: string;
  #offset = 0;
  #line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The piece up to the end of its first line. */
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
