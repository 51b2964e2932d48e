// Data files as other tools write them: Parquet, gzip and Zstandard.
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import xxhash from "xxhash-wasm";

export { gzipSync };

type Row = Readonly<Record<string, unknown>>;

/** A column for each name; what a row lacks is null. */
export function parquetOf(
  rows: readonly Row[],
  options: { readonly rowGroupSize?: number } = {},
): Uint8Array {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const columnData = names.map(name => ({ name, data: rows.map(row => row[name] ?? null) }));
  return new Uint8Array(parquetWriteBuffer({ columnData, ...options }));
}

const library = xxhash();
const blockBytes = 100_000;

/** One frame that is not compressed, with its size and its checksum (RFC 8878). */
export async function zstdOf(bytes: Uint8Array, declared: number | null = bytes.length): Promise<Uint8Array> {
  const head = Buffer.alloc(declared === null ? 6 : 14);
  head.writeUInt32LE(0xfd2fb528, 0);
  head[4] = declared === null ? 0b0000_0100 : 0b1100_0100;
  head[5] = 7 << 3; // a window of 128 KB
  if (declared !== null) head.writeBigUInt64LE(BigInt(declared), 6);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    const last = at + blockBytes >= bytes.length;
    blocks.push(blockHeader(block.length, 0, last), block);
  }
  return Buffer.concat([head, ...blocks, await checksum(bytes)]);
}

/** A frame of so many blocks that repeat one byte. */
export function zstdBomb(blocks: number): Uint8Array {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3]);
  const each = Array.from({ length: blocks }, (_, i) =>
    Buffer.concat([blockHeader(131_072, 1, i === blocks - 1), Buffer.from("x")]),
  );
  return Buffer.concat([head, ...each]);
}

function blockHeader(size: number, type: number, last: boolean): Uint8Array {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
  return header;
}

async function checksum(bytes: Uint8Array): Promise<Uint8Array> {
  const { h64Raw } = await library;
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(Number(h64Raw(bytes) & 0xffffffffn));
  return sum;
}
