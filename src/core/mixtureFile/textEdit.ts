// Text edits by range, as editors apply them, and conversions between offsets and positions.
import { parseDocument, stringify } from "yaml";
import type { Position, SourceRange } from "../../common/diagnostic.ts";

/** The edits of one fix refer to the same text and do not overlap. */
export interface TextEdit {
  readonly range: SourceRange;
  readonly newText: string;
}

/** A text with the offsets of its lines. */
export class Source {
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  get eol(): string {
    return this.text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** Returns a line without its line break; empty beyond the end of the text. */
  line(line: number): string {
    const start = this.#starts[line];
    if (start === undefined) return "";
    return this.text.slice(start, this.#starts[line + 1] ?? this.text.length).replace(/\r?\n$/, "");
  }

  offset({ line, column }: Position): number {
    return Math.min(this.text.length, (this.#starts[line] ?? this.text.length) + column);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.#starts[low] ?? 0) };
  }

  range(start: number, end: number): SourceRange {
    return { start: this.position(start), end: this.position(end) };
  }

  slice(range: SourceRange): string {
    return this.text.slice(this.offset(range.start), this.offset(range.end));
  }

  /** Offset just after the last non-space character of a range. */
  trimmedEnd(range: SourceRange): number {
    const start = this.offset(range.start);
    return start + this.text.slice(start, this.offset(range.end)).trimEnd().length;
  }
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const source = new Source(text);
  const ordered = edits
    .map(({ range, newText }) => ({
      start: source.offset(range.start),
      end: source.offset(range.end),
      newText,
    }))
    .sort((a, b) => b.start - a.start);
  return ordered.reduce(
    (all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end),
    text,
  );
}

/**
 * Returns the smallest replacement that turns one text into another, so that cursors elsewhere keep their
 * positions.
 */
export function smallestEdit(before: string, after: string): { start: number; end: number; text: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}

/** Writes a value as YAML, in quotes where it would otherwise be read as something else. */
export function scalarText(value: string, flow: boolean): string {
  // In flow style, commas and brackets end a plain value.
  if (flow && /[,[\]{}]/.test(value)) return JSON.stringify(value);
  const number = /^-?[\d.]+(e-?\d+)?$/i.test(value) || /^(true|false)$/.test(value);
  return number && parseDocument(value).errors.length === 0
    ? value
    : stringify(value, { lineWidth: 0 }).trim();
}
