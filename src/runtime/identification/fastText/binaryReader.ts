// Reads the little-endian values of a fastText file one by one, never beyond its end.
import { HumanError } from "../../../common/errors.ts";

export class BinaryReader {
  readonly #path: string;
  readonly #bytes: Buffer;
  #position = 0;

  constructor(path: string, bytes: Buffer) {
    this.#path = path;
    this.#bytes = bytes;
  }

  fail(what: string): never {
    throw new HumanError(`${this.#path}: ${what}.`, {
      remedy:
        "Give a supervised fastText model (.bin or .ftz); if it is one, download or copy the file again.",
    });
  }

  #take(bytes: number): number {
    if (this.#position + bytes > this.#bytes.length) this.fail("it is truncated");
    const at = this.#position;
    this.#position += bytes;
    return at;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  bool(what: string): boolean {
    const value = this.uint8();
    return value > 1 ? this.fail(`${what} is ${value} where 0 or 1 belongs`) : value === 1;
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#take(4));
  }

  float64(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  int64(what: string): number {
    const value = Number(this.#bytes.readBigInt64LE(this.#take(8)));
    return Number.isSafeInteger(value) ? value : this.fail(`${what} is ${value}`);
  }

  /** Checks a number of elements of at least `bytesEach` bytes against the remaining bytes. */
  count(value: number, bytesEach: number, what: string): number {
    const left = this.#bytes.length - this.#position;
    if (value < 0 || value * bytesEach > left)
      this.fail(`${value} ${what} do not fit into its ${left} bytes`);
    return value;
  }

  /** Reads up to a zero byte, one character per byte: words are compared as bytes. */
  latin1(): string {
    const end = this.#bytes.indexOf(0, this.#position);
    if (end === -1) this.fail("it is truncated");
    const text = this.#bytes.toString("latin1", this.#position, end);
    this.#position = end + 1;
    return text;
  }

  /** Returns a view of the file's bytes without copying. */
  view(bytes: number): DataView {
    const at = this.#take(bytes);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, bytes);
  }

  get left(): number {
    return this.#bytes.length - this.#position;
  }
}
