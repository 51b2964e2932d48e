// Thrift's compact encoding, as Parquet writes its table of contents: for files that say what no writer would.

type Thrift = number | bigint | string | readonly Thrift[] | ThriftStruct;
/** By the number of the field. */
export interface ThriftStruct {
  readonly [field: number]: Thrift;
}

export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

function zigzag(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value;
}

/** I32, I64, binary, list or struct. */
function typeOf(value: Thrift): number {
  if (typeof value === "number") return 5;
  if (typeof value === "bigint") return 6;
  if (typeof value === "string") return 8;
  return Array.isArray(value) ? 9 : 12;
}

function bytesOf(value: Thrift): number[] {
  if (typeof value === "number" || typeof value === "bigint") return varint(zigzag(BigInt(value)));
  if (typeof value === "string") return [...varint(Buffer.byteLength(value)), ...Buffer.from(value)];
  if (Array.isArray(value)) {
    const type = value.length === 0 ? 12 : typeOf(value[0] as Thrift);
    const head = value.length < 15 ? [(value.length << 4) | type] : [0xf0 | type, ...varint(value.length)];
    return [...head, ...value.flatMap(bytesOf)];
  }
  return structOf(value as ThriftStruct);
}

function structOf(fields: ThriftStruct): number[] {
  const bytes: number[] = [];
  let last = 0;
  for (const [name, value] of Object.entries(fields) as [string, Thrift][]) {
    bytes.push(((Number(name) - last) << 4) | typeOf(value), ...bytesOf(value));
    last = Number(name);
  }
  return [...bytes, 0];
}

/** A Parquet file with these contents alone. */
export function parquetWith(
  contents: ThriftStruct | Uint8Array,
  data: Uint8Array = new Uint8Array(),
): Buffer {
  const table = contents instanceof Uint8Array ? contents : Buffer.from(structOf(contents as ThriftStruct));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(table.length);
  return Buffer.concat([Buffer.from("PAR1"), data, table, length, Buffer.from("PAR1")]);
}
