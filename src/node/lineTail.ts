// Follows a file of lines that grows: only what is new is read, in pieces, and a half line waits for its end.
import type { FileHandle } from "node:fs/promises";
import { openOwnFile } from "./ownFile.ts";

export interface TailResult {
  /** gone: there is no such file (any more). more: there is more to read than was asked for. */
  readonly state: "read" | "more" | "gone";
  readonly bytes: number;
}

export interface TailHandlers {
  /** What was read before counts no longer: the file was cut, or is another one. */
  restart(): void;
  line(text: string): void;
}

/** Bytes at a time: a thousand lines are parsed within some milliseconds, then others have their turn. */
const pieceBytes = 256 * 1024;
/** A longer line is none that a run writes. */
const longestLine = 1024 * 1024;
const lineFeed = 0x0a;

export class LineTail {
  readonly #path: string;
  /** First byte that was not read as a part of a whole line. */
  #offset = 0;
  /** Bytes of a line whose end has not come. */
  #half: Buffer = Buffer.alloc(0);
  /** Inode, where there is one, and the last whole line: what tells that the file is still the same. */
  #inode: number | null = null;
  #lastLine: Buffer = Buffer.alloc(0);
  #skipping = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** @param most Bytes after which it is enough for this time. */
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
        // Reading is quick enough to keep the thread to itself.
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
      if (!this.#skipping) handlers.line(""); // counts as one that is none
      this.#skipping = true;
      this.#offset += this.#half.length;
      this.#half = Buffer.alloc(0);
    }
  }

  /** A resumed run cuts its file and writes on: length alone does not tell. */
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
