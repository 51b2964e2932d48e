// JSON Lines: complete lines are appended in single calls, and an unfinished last line is never read as data.
import { closeSync, constants, fstatSync, ftruncateSync, mkdirSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { HumanError, messageOf } from "../common/errors.ts";
import { parseShallow } from "../common/nesting.ts";
import { systemError } from "../common/systemErrors.ts";
import { writeFully } from "./atomicWrite.ts";
import { openPlainFile, readRunFile } from "./plainFiles.ts";

const lineFeed = 0x0a;
/** Bytes read at a time when searching backwards for the last line. */
const lookBack = 65536;

/** Position after the last complete line. */
function endOfLastLine(descriptor: number): number {
  const piece = new Uint8Array(lookBack);
  let end = fstatSync(descriptor).size;
  while (end > 0) {
    const start = Math.max(0, end - lookBack);
    const count = readSync(descriptor, piece, 0, end - start, start);
    const at = piece.subarray(0, count).lastIndexOf(lineFeed);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/** Writer that keeps the file open. When `append` returns, the line is on its way to the disk. */
export class JsonLinesWriter {
  readonly #path: string;
  #descriptor: number | null;

  /** Appends to existing lines, after removing an incomplete one that a crash may have left. */
  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    const repair = openPlainFile(path, constants.O_RDWR | constants.O_CREAT);
    try {
      const whole = endOfLastLine(repair);
      if (whole < fstatSync(repair).size) ftruncateSync(repair, whole);
    } finally {
      closeSync(repair);
    }
    this.#descriptor = openPlainFile(path, constants.O_WRONLY | constants.O_APPEND);
  }

  append(value: unknown): void {
    if (this.#descriptor === null) throw new Error("The file is closed.");
    try {
      writeFully(this.#descriptor, new TextEncoder().encode(`${JSON.stringify(value)}\n`));
    } catch (error) {
      throw systemError(error, `${this.#path} can't be written`) ?? error;
    }
  }

  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

/** Line with its number, counted from 1. */
export interface NumberedLine {
  readonly line: number;
  readonly text: string;
}

/**
 * Splits a file that is appended to. Text after the last line break is still being written or was cut off, so
 * it is ignored.
 */
export function wholeLines(text: string): NumberedLine[] {
  return linesOf(text.slice(0, text.lastIndexOf("\n") + 1));
}

function linesOf(text: string): NumberedLine[] {
  return text
    .split("\n")
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter(line => line.text.trim() !== "");
}

/**
 * Parses a file that is written in one go, so every line counts.
 * @throws HumanError with path and line of invalid JSON
 */
export function parseNumberedLines(
  content: string,
  path: string,
): { readonly line: number; readonly value: unknown }[] {
  return linesOf(content).map(({ line, text }) => {
    try {
      return { line, value: parseShallow(text) };
    } catch (cause) {
      throw new HumanError(`${path}:${line}: not valid JSON (${messageOf(cause)}).`, {
        remedy: "The file was changed by another program: restore it, or remove the line.",
        cause,
      });
    }
  });
}

/** Applies `parseNumberedLines` to a file. */
export function readNumberedLines(path: string): { readonly line: number; readonly value: unknown }[] {
  return parseNumberedLines(readRunFile(path, "lines"), path);
}
