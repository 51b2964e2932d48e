// Splits a stream of bytes into rows: JSON Lines, or the elements of JSON arrays.

import { ArrayScan } from "../../core/dataset/arrayScan.ts";
import { holdsMore, wrappedStart, wrappedWithin } from "../../core/dataset/wrappedRows.ts";

const lineFeed = 0x0a;
const [openingBracket, closingBracket, openingBrace] = [0x5b, 0x5d, 0x7b];
const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

export interface RowBytes {
  /** Null if the row exceeds the limit and was skipped. */
  readonly bytes: Uint8Array | null;
  /** One-based line of the file on which the row begins. */
  readonly line: number;
}

/** Splitter that buffers at most the bytes of one row. `take` receives every row that is not blank. */
export class RowSplitter {
  readonly #take: (row: RowBytes) => void;
  readonly #limit: number; // bytes of a row
  #mode: "unknown" | "head" | "lines" | "array" | "after" = "unknown";
  #parts: Uint8Array[] = [];
  #held = 0;
  #tooLong = false;
  #filled = false;
  #line = 1;
  /** Number of bytes before the first row. */
  #skipped = 0;
  #rowLine = 1;
  readonly #scan = new ArrayScan();
  #more = false;
  /** Bytes kept until the format is known; for a list inside an object, also what follows it. */
  #head: Uint8Array = new Uint8Array();
  #wrapped = false;

  constructor(limit: number, take: (row: RowBytes) => void) {
    this.#limit = limit;
    this.#take = take;
  }

  /** Processes a piece, which the caller may reuse afterwards. */
  push(piece: Uint8Array): void {
    let rest = piece;
    if (this.#mode === "unknown") {
      const start = this.#findStart(piece);
      if (start === null) return;
      rest = piece.subarray(start);
    }
    if (this.#mode === "head") this.#pushHead(rest, false);
    else if (this.#mode === "array") this.#pushArray(rest);
    else if (this.#mode === "lines") this.#pushLines(rest);
    else this.#pushAfter(rest);
  }

  /** True if the rows are elements of an array. */
  get inArray(): boolean {
    return this.#mode === "array" || this.#mode === "after";
  }

  /**
   * `closed` is false if a JSON array lacks its closing bracket; `more` is true if something other than an
   * array follows one.
   */
  end(): { readonly closed: boolean; readonly more: boolean } {
    if (this.#mode === "head") this.#pushHead(new Uint8Array(), true);
    if (this.#wrapped && this.#mode === "after")
      this.#more =
        this.#head.length >= wrappedWithin || holdsMore(Buffer.from(this.#head).toString("latin1"));
    const closed = this.#mode !== "array";
    if (this.#mode === "array" || this.#mode === "lines") this.#cut();
    return { closed, more: this.#more };
  }

  /** Finds the start of the first row in this piece. */
  #findStart(piece: Uint8Array): number | null {
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i] ?? 0;
      if (byte === lineFeed) this.#line++;
      if (isBlank(byte) || byteOrderMark[this.#skipped++] === byte) continue;
      this.#mode = byte === openingBracket ? "array" : byte === openingBrace ? "head" : "lines";
      this.#rowLine = this.#line;
      return this.#mode === "array" ? i + 1 : i;
    }
    return null;
  }

  /** An object may contain all rows in a list, or be the first of many rows. */
  #pushHead(piece: Uint8Array, whole: boolean): void {
    this.#head = Buffer.concat([this.#head, piece]);
    const start = wrappedStart(Buffer.from(this.#head.subarray(0, wrappedWithin)).toString("latin1"), whole);
    if (start === "more") return;
    const head = this.#head;
    this.#head = new Uint8Array();
    if (start === null) {
      this.#mode = "lines";
      this.#pushLines(head);
      return;
    }
    this.#mode = "array";
    this.#wrapped = true;
    for (const byte of head.subarray(0, start)) if (byte === lineFeed) this.#line++;
    this.#pushArray(head.subarray(start));
  }

  #pushLines(piece: Uint8Array): void {
    for (let start = 0; start < piece.length; ) {
      const end = piece.indexOf(lineFeed, start);
      this.#hold(piece.subarray(start, end < 0 ? piece.length : end));
      if (end < 0) return;
      this.#cut();
      this.#line++;
      this.#rowLine = this.#line;
      start = end + 1;
    }
  }

  #pushArray(piece: Uint8Array): void {
    let start = 0;
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i] ?? 0;
      if (byte === lineFeed) this.#line++;
      if (!this.#filled && !isBlank(byte)) {
        this.#filled = true;
        this.#rowLine = this.#line;
      }
      if (!this.#scan.endsElement(byte)) continue;
      this.#hold(piece.subarray(start, i));
      this.#cut();
      start = i + 1;
      if (byte === closingBracket) {
        this.#mode = "after";
        this.push(piece.subarray(start));
        return;
      }
    }
    this.#hold(piece.subarray(start));
  }

  /** Tools that write in batches concatenate arrays. */
  #pushAfter(piece: Uint8Array): void {
    if (this.#wrapped) {
      if (this.#head.length < wrappedWithin) this.#head = Buffer.concat([this.#head, piece]);
      return;
    }
    const start = piece.findIndex(byte => !isBlank(byte));
    for (const byte of piece.subarray(0, start < 0 ? piece.length : start))
      if (byte === lineFeed) this.#line++;
    if (start < 0 || this.#more) return;
    if (piece[start] === openingBracket) {
      this.#mode = "array";
      this.#pushArray(piece.subarray(start + 1));
    } else this.#more = true;
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#held += bytes.length;
    if (this.#held > this.#limit) {
      this.#tooLong = true;
      this.#parts = [];
    } else this.#parts.push(new Uint8Array(bytes)); // not `slice`, which shares the memory of a Buffer
  }

  #cut(): void {
    const [only, ...more] = this.#parts;
    const bytes = only === undefined || more.length > 0 ? Buffer.concat(this.#parts) : only;
    if (this.#tooLong) this.#take({ bytes: null, line: this.#rowLine });
    else if (!bytes.every(isBlank)) this.#take({ bytes, line: this.#rowLine });
    this.#parts = [];
    this.#held = 0;
    this.#tooLong = false;
    this.#filled = false;
  }
}
