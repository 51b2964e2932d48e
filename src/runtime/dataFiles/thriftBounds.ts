// Checks Thrift's compact encoding of Parquet metadata before it is decoded: every list, at any level,
// declares its own length, and the decoder trusts it.

/** Maximum nesting of structures and lists; Parquet's metadata have six levels. */
const deepest = 32;

/** The bytes are not a valid structure, or declare more values than they can contain. */
export class ThriftFault extends Error {}

/** The structure continues beyond the available bytes. */
class ThriftCut extends Error {}

type Kind = "stop" | "nothing" | "byte" | "number" | "double" | "text" | "list" | "struct";

const kinds: readonly (Kind | undefined)[] = [
  "stop",
  "nothing",
  "nothing",
  "byte",
  "number",
  "number",
  "number",
  "double",
  "text",
  "list",
  undefined,
  undefined,
  "struct",
];

/**
 * Returns the end of the structure at `start`.
 * @param most Maximum number of values.
 * @throws ThriftFault, ThriftCut
 */
export function endOfThrift(bytes: Uint8Array, start: number, most: number): number {
  return new Walk(bytes, start, most).struct(0);
}

class Walk {
  #values = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly most: number,
  ) {}

  struct(depth: number): number {
    for (;;) {
      const head = this.#byte();
      const kind = kindOf(head & 0x0f);
      if (kind === "stop") return this.at;
      if (head >> 4 === 0) this.#number();
      this.#value(kind, depth);
    }
  }

  #value(kind: Kind, depth: number): void {
    this.#values++;
    if (this.#values > this.most) throw new ThriftFault(`it has more than ${this.most} values`);
    if (depth > deepest) throw new ThriftFault(`it is nested more than ${deepest} deep`);
    if (kind === "byte") this.#skip(1);
    else if (kind === "number") this.#number();
    else if (kind === "double") this.#skip(8);
    else if (kind === "text") this.#skip(this.#number());
    else if (kind === "list") this.#list(depth + 1);
    else if (kind === "struct") this.struct(depth + 1);
    else if (kind === "stop") throw new ThriftFault("it has a value of no type");
  }

  #list(depth: number): void {
    const head = this.#byte();
    const kind = kindOf(head & 0x0f);
    const length = head >> 4 === 15 ? this.#number() : head >> 4;
    // Every item takes at least one byte.
    if (length > this.most - this.#values) throw new ThriftFault("a list of it is longer than it can be");
    if (length > this.bytes.length - this.at) throw new ThriftCut();
    for (let i = 0; i < length; i++) this.#value(kind === "nothing" ? "byte" : kind, depth);
  }

  #byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new ThriftCut();
    return byte;
  }

  #skip(count: number): void {
    this.at += count;
    if (this.at > this.bytes.length) throw new ThriftCut();
  }

  /** Reads a variable-length integer: seven bits per byte, lowest first, in at most ten bytes. */
  #number(): number {
    let value = 0;
    for (let place = 0; place < 10; place++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) return value;
    }
    throw new ThriftFault("a number of it has no end");
  }
}

function kindOf(type: number): Kind {
  const kind = kinds[type];
  if (kind === undefined) throw new ThriftFault(`it has a value of type ${type}`);
  return kind;
}
