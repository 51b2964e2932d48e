// JSON Lines: whole lines are appended in one call, and an unfinished last line is never read as data.
import { closeSync, constants, fstatSync, ftruncateSync, mkdirSync, readFileSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { HumanError, messageOf } from "../../common/errors.ts";
import { writeFully } from "./atomicWrite.ts";
import { openPlainFile } from "./plainFiles.ts";

const lineFeed = 0x0a;
/** Bytes read at a time while looking back for the last line's start. */
const lookBack = 65536;

/** Where the last whole line ends. */
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

/** Keeps the file open; a line is on its way to the disk when `append` returns. */
export class JsonLinesWriter {
  #descriptor: number | null;

  /** Appends to what is there, after removing the half line that a crash may have left. */
  constructor(path: string) {
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
    writeFully(this.#descriptor, new TextEncoder().encode(`${JSON.stringify(value)}\n`));
  }

  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

function parses(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Every line of a file that Pinch writes; a last line still being written is left out. */
export function readJsonLines(path: string): unknown[] {
  return readNumberedLines(path).map(({ value }) => value);
}

/** The same with the number of each line, from 1. */
export function readNumberedLines(path: string): { readonly line: number; readonly value: unknown }[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const last = lines.at(-1) ?? "";
  if (last.trim() === "" || !parses(last)) lines.pop();
  const values: { line: number; value: unknown }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    try {
      values.push({ line: index + 1, value: JSON.parse(line) });
    } catch (cause) {
      throw new HumanError(`${path}:${index + 1}: not JSON (${messageOf(cause)}).`, {
        remedy: "The file was changed by another program: restore it, or remove the line.",
        cause,
      });
    }
  }
  return values;
}
