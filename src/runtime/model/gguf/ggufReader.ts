// Reads the values of a GGUF header one by one, never beyond the end of the file.
import { readSync } from "node:fs";
import { HumanError } from "../../../common/errors.ts";

export const damaged = "Download or copy the file again.";

/** Bytes read from the file at a time. */
const windowBytes = 256 * 1024;

export type ScalarType =
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "float32"
  | "bool"
  | "uint64"
  | "int64"
  | "float64";

const scalarBytes: Readonly<Record<ScalarType, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  uint64: 8,
  int64: 8,
  float64: 8,
};

/** Converts to a number if it is a safe integer; otherwise stays a bigint. */
function fromBigInt(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export class GgufReader {
  readonly path: string;
  readonly #descriptor: number;
  readonly #end: number;
  /** Position in bytes from the start of the file. */
  #position: number;
  #window: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #windowStart = 0;

  constructor(path: string, descriptor: number, start: number, end: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#position = start;
    this.#end = end;
  }

  get position(): number {
    return this.#position;
  }

  fail(what: string): never {
    throw new HumanError(`${this.path}: ${what}.`, { remedy: damaged });
  }

  /**
   * Loads the window so that it has at least `length` bytes from the current position, and returns the index
   * of that position in it.
   */
  #require(length: number): number {
    const from = this.#position - this.#windowStart;
    if (from >= 0 && from + length <= this.#window.length) return from;
    if (this.#position + length > this.#end)
      this.fail("it is truncated: the header extends past the end of the file");
    const wanted = Math.min(Math.max(length, windowBytes), this.#end - this.#position);
    if (this.#window.length !== wanted) this.#window = Buffer.alloc(wanted);
    for (let done = 0; done < wanted; ) {
      const count = readSync(this.#descriptor, this.#window, done, wanted - done, this.#position + done);
      if (count === 0) this.fail("it became shorter while it was read");
      done += count;
    }
    this.#windowStart = this.#position;
    return 0;
  }

  #take(length: number): number {
    const at = this.#require(length);
    this.#position += length;
    return at;
  }

  magic(): string {
    if (this.#end - this.#position < 4) return "";
    const at = this.#take(4);
    return this.#window.toString("latin1", at, at + 4);
  }

  uint32(): number {
    const at = this.#take(4);
    return this.#window.readUInt32LE(at);
  }

  #uint64(): bigint {
    const at = this.#take(8);
    return this.#window.readBigUInt64LE(at);
  }

  /** Reads a 64-bit size or position. Rejects values beyond the size of any file. */
  size(what: string): number {
    const value = fromBigInt(this.#uint64());
    return typeof value === "number" ? value : this.fail(`${what} is ${value}`);
  }

  /**
   * Reads the number of elements of at least `bytesEach` bytes. Rejects counts for which the rest of the file
   * is too short.
   */
  count(bytesEach: number, what: string, limit = Number.MAX_SAFE_INTEGER): number {
    const value = this.size(what);
    const left = this.#end - this.#position;
    if (value > limit || value * bytesEach > left)
      this.fail(`${what} claims ${value} entries, which do not fit into the remaining ${left} bytes`);
    return value;
  }

  string(maxBytes: number): string {
    const length = this.count(1, "a string");
    if (length > maxBytes) this.fail(`a string has ${length} bytes`);
    const at = this.#take(length);
    return this.#window.toString("utf8", at, at + length);
  }

  skipString(): void {
    this.skip(this.count(1, "a string"));
  }

  skip(bytes: number): void {
    if (this.#position + bytes > this.#end)
      this.fail("it is truncated: the header extends past the end of the file");
    this.#position += bytes;
  }

  scalar(type: ScalarType): number | bigint | boolean {
    const at = this.#take(scalarBytes[type]);
    const window = this.#window;
    switch (type) {
      case "uint8":
        return window.readUInt8(at);
      case "int8":
        return window.readInt8(at);
      case "uint16":
        return window.readUInt16LE(at);
      case "int16":
        return window.readInt16LE(at);
      case "uint32":
        return window.readUInt32LE(at);
      case "int32":
        return window.readInt32LE(at);
      case "float32":
        return window.readFloatLE(at);
      case "bool":
        return window.readUInt8(at) !== 0;
      case "uint64":
        return fromBigInt(window.readBigUInt64LE(at));
      case "int64":
        return fromBigInt(window.readBigInt64LE(at));
      case "float64":
        return window.readDoubleLE(at);
    }
  }
}
