// Follows a growing file of lines: reads only what is new, in pieces, and waits for the end of an incomplete
// line.
import type { FileHandle } from "node:fs/promises";
import { openOwnFile } from "./ownFile.ts";

export interface TailResult {
  /** `gone`: the file does not exist, or no longer does. `more`: there is more to read than requested. */
  readonly state: "read" | "more" | "gone";
  readonly bytes: number;
}

export interface TailHandlers {
  /** Discards everything read before: the file was truncated or replaced. */
  restart(): void;
  line(text: string): void;
}

/**
 * Bytes read at a time: a thousand lines are parsed within a few milliseconds before other work gets its
 * turn.
 */
const pieceBytes = 256 * 1024;
/** Maximum length of a line; runs write no longer ones. */
const longestLine = 1024 * 1024;
const lineFeed = 0x0a;

export class LineTail {
  readonly #path: string;
  /** Offset of the first byte that has not been read as part of a complete line. */
  #offset = 0;
  /** Bytes of an incomplete line. */
  #half: Buffer = Buffer.alloc(0);
  /** Inode, if there is one, and the last complete line, which identify the file. */
  #inode: number | null = null;
  #lastLine: Buffer = Buffer.alloc(0);
  #skipping = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** @param most Number of bytes after which to stop for now. */
  async read(handlers: TailHandlers, most: number): Promise<TailResult> {
    const file = await openOwnFile(this.#path);
    if (file === null) return { state: "gone", bytes: 0 };
    try {
      const { size, ino } = await file.stat();
      if (!(await this.#isSame(file, size, ino))) {
        this.#forget();
        handlers.restart();
      }
      this.#inode = ino;
      let bytes = 0;
      const piece = Buffer.alloc(pieceBytes);
      for (;;) {
        const from = this.#offset + this.#half.length;
        if (bytes >= most) return { state: from < size ? "more" : "read", bytes };
        const { bytesRead } = await file.read(piece, 0, pieceBytes, from);
        if (bytesRead === 0) return { state: "read", bytes };
        bytes += bytesRead;
        this.#take(Buffer.concat([this.#half, piece.subarray(0, bytesRead)]), handlers);
        // Reading is fast enough to block the thread, so it yields.
        await new Promise(resolve => setImmediate(resolve));
      }
    } finally {
      await file.close();
    }
  }

  #take(bytes: Buffer, handlers: TailHandlers): void {
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      const line = bytes.subarray(start, end);
      if (this.#skipping) this.#skipping = false;
      else handlers.line(line.toString("utf8"));
      this.#lastLine = Buffer.from(line.subarray(-256));
      start = end + 1;
    }
    this.#offset += start;
    this.#half = Buffer.from(bytes.subarray(start));
    if (this.#half.length > longestLine) {
      if (!this.#skipping) handlers.line(""); // counts as an invalid line
      this.#skipping = true;
      this.#offset += this.#half.length;
      this.#half = Buffer.alloc(0);
    }
  }

  /** A resumed run truncates its file and continues writing, so the length alone is not sufficient. */
  async #isSame(file: FileHandle, size: number, inode: number): Promise<boolean> {
    if (this.#inode === null) return true;
    if (inode !== this.#inode || size < this.#offset + this.#half.length) return false;
    if (this.#lastLine.length === 0 || this.#skipping) return true;
    const there = Buffer.alloc(this.#lastLine.length);
    const { bytesRead } = await file.read(there, 0, there.length, this.#offset - 1 - there.length);
    return bytesRead === there.length && there.equals(this.#lastLine);
  }

  #forget(): void {
    this.#offset = 0;
    this.#half = Buffer.alloc(0);
    this.#lastLine = Buffer.alloc(0);
    this.#skipping = false;
  }
}
