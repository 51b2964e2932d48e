// Takes single files out of a zip archive (a NuGet package is one) without reading the rest.
import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import { HumanError } from "../../common/errors.ts";

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
}

// Signatures and sizes of the format (APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16).
const endSignature = 0x06054b50;
const endSize = 22;
const longestComment = 0xffff;
const entrySignature = 0x02014b50;
const entrySize = 46;
const localSignature = 0x04034b50;
const localSize = 30;
const stored = 0;
const deflated = 8;

function broken(path: string, what: string): HumanError {
  return new HumanError(`${path} is no whole zip archive: ${what}.`, {
    kind: "run",
    remedy: "Delete it and run this again.",
  });
}

async function readAt(file: FileHandle, path: string, offset: number, size: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, offset);
  if (bytesRead !== size) throw broken(path, "it ends too early");
  return buffer;
}

/** Entries by name. Archives beyond 4 GiB (zip64) are refused. */
export async function readZip(path: string): Promise<ReadonlyMap<string, ZipEntry>> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const tailSize = Math.min(size, endSize + longestComment);
    const tail = await readAt(file, path, size - tailSize, tailSize);
    let end = tailSize - endSize;
    while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end--;
    if (end < 0) throw broken(path, "it has no directory");
    const [count, directorySize, directoryAt] = [
      tail.readUInt16LE(end + 10),
      tail.readUInt32LE(end + 12),
      tail.readUInt32LE(end + 16),
    ];
    if (directoryAt + directorySize > size) throw broken(path, "its directory lies outside");
    return parseDirectory(path, await readAt(file, path, directoryAt, directorySize), count);
  } finally {
    await file.close();
  }
}

function parseDirectory(path: string, directory: Buffer, count: number): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + entrySize > directory.length || directory.readUInt32LE(at) !== entrySignature)
      throw broken(path, "its directory is damaged");
    const nameSize = directory.readUInt16LE(at + 28);
    const name = directory.toString("utf8", at + entrySize, at + entrySize + nameSize);
    entries.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      crc32: directory.readUInt32LE(at + 16),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += entrySize + nameSize + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Writes one entry to a file; size and checksum are those of the directory, and never a byte more is written. */
export async function extractEntry(
  path: string,
  entry: ZipEntry,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  if (entry.method !== stored && entry.method !== deflated)
    throw broken(path, `${entry.name} is compressed by method ${entry.method}`);
  const file = await open(path, "r");
  let local: Buffer;
  try {
    local = await readAt(file, path, entry.offset, localSize);
  } finally {
    await file.close();
  }
  if (local.readUInt32LE(0) !== localSignature) throw broken(path, `${entry.name} is not where it should be`);
  const start = entry.offset + localSize + local.readUInt16LE(26) + local.readUInt16LE(28);
  const checked = new Checked(entry.size, () =>
    broken(path, `${entry.name} is larger than its directory says`),
  );
  // A stream's end is inclusive: nothing is read of an empty entry.
  const end = start + entry.compressedSize - 1;
  const source = entry.compressedSize === 0 ? Readable.from([]) : createReadStream(path, { start, end });
  const inflated = entry.method === deflated ? source.compose(createInflateRaw()) : source;
  try {
    await pipeline(inflated, checked, createWriteStream(to), { signal });
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
      throw broken(path, `${entry.name} can't be unpacked`);
    throw error;
  }
  if (checked.size !== entry.size || checked.crc32 !== entry.crc32)
    throw broken(path, `${entry.name} has another checksum than the directory says`);
}

/** Polynomial 0xEDB88320, as zip uses it; zlib offers crc32 only from Node 20.15 on. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** Passes bytes on and sums them up; fails before it would pass on more than it may. */
class Checked extends Transform {
  size = 0;
  #crc = 0xffffffff;
  readonly #most: number;
  readonly #tooLarge: () => Error;

  constructor(most: number, tooLarge: () => Error) {
    super();
    this.#most = most;
    this.#tooLarge = tooLarge;
  }

  get crc32(): number {
    return ~this.#crc >>> 0;
  }

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.size += chunk.length;
    if (this.size > this.#most) {
      done(this.#tooLarge());
      return;
    }
    let crc = this.#crc;
    for (let i = 0; i < chunk.length; i++)
      crc = (crc >>> 8) ^ (crcTable[(crc ^ (chunk[i] ?? 0)) & 0xff] ?? 0);
    this.#crc = crc;
    done(null, chunk);
  }
}
