// Reads the bytes of a data file in pieces, decompressing gzip and Zstandard, without loading all of it.

import { open } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { HumanError, messageOf } from "../../common/errors.ts";
import { systemCode } from "../../common/systemErrors.ts";
import { fileBytes, pieceBytes } from "./fileBytes.ts";
import { endsEarly, unzstd } from "./unzstd.ts";
import { unzstdInThread, unzstdProgram } from "./unzstdThread.ts";

/** Maximum compression ratio. No text compresses this well, except files made to fill a disk. */
const largestExpansion = 1_000;
/** Decompressed size up to which any ratio is harmless, in bytes. */
const harmlessBytes = 256 * 2 ** 20;
/** Maximum decompressed size of one file, in bytes. */
const maxBytes = 64 * 2 ** 30;
/**
 * Minimum size for decompression in a thread, which takes some time to start. For gzip, Node has its own
 * threads.
 */
const leastForThread = 2 ** 20;

export type Compression = "gzip" | "zstd";

export interface FilePieces {
  readonly compression: Compression | null;
  /** First part of what `pieces` returns, decompressed. */
  readonly start: Uint8Array;
  /** Fraction of the file read so far, from 0 to 1. */
  readonly fraction: () => number;
  /** @throws HumanError if the rest can't be read. */
  readonly pieces: () => AsyncGenerator<Uint8Array>;
}

/** Number of bytes that suffice to recognise a format. */
const startBytes = 65_536;

/** @throws HumanError if it can't be decompressed. Errors of the file system are passed through. */
export async function openPieces(path: string, size: number): Promise<FilePieces> {
  const packed = await firstBytes(path, 4);
  const compression = compressionOf(packed);
  const first = unpacked(path, size, compression, null);
  const begun: Uint8Array[] = [];
  let length = 0;
  // Reads only the first piece: the file may end, or be damaged, after it.
  for await (const piece of first.pieces()) {
    begun.push(piece);
    length += piece.length;
    if (length >= startBytes) break;
  }
  const { fraction, pieces } = unpacked(path, size, compression, unzstdProgram());
  return { compression, start: Buffer.concat(begun).subarray(0, startBytes), fraction, pieces };
}

export function compressionOf(start: Uint8Array): Compression | null {
  const [a, b, c, d] = start;
  if (a === 0x1f && b === 0x8b) return "gzip";
  const isFrame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  const isSkippable = a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18;
  return isFrame || isSkippable ? "zstd" : null;
}

export async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const bytes = new Uint8Array(count);
    const { bytesRead } = await file.read(bytes, 0, count, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function unpacked(
  path: string,
  size: number,
  compression: Compression | null,
  program: string | null,
): Pick<FilePieces, "fraction" | "pieces"> {
  let read = 0;
  const packed = () =>
    fileBytes(path, size, bytes => {
      read += bytes;
    });
  const fraction = () => (size === 0 ? 1 : Math.min(1, read / size));
  if (compression === null) return { fraction, pieces: packed };
  const unpack = (): AsyncGenerator<Uint8Array> => {
    if (compression === "gzip") return gunzipped(packed());
    if (program === null || size < leastForThread) return unzstd(packed());
    return unzstdInThread(program, path, size, bytes => {
      read = bytes;
    });
  };
  return {
    fraction,
    async *pieces() {
      let made = 0;
      try {
        for await (const piece of unpack()) {
          made += piece.length;
          refuseBomb(path, made, read);
          yield piece;
        }
      } catch (error) {
        throw brokenArchive(path, compression, error);
      }
    },
  };
}

function refuseBomb(path: string, made: number, read: number): void {
  const expands = made > harmlessBytes && made / read > largestExpansion;
  if (!expands && made <= maxBytes) return;
  const much = expands
    ? `more than ${largestExpansion.toLocaleString("en")} times its size`
    : `more than ${maxBytes / 2 ** 30} GB`;
  throw new HumanError(
    `${basename(path)} unpacks to ${much}, which no real data does: the rest was not read.`,
    {
      remedy: "Download it again from a trusted source, or decompress it and check its contents.",
    },
  );
}

/** Describes a damaged archive. Errors of the file system are returned as they are. */
function brokenArchive(path: string, compression: Compression, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (error instanceof HumanError || systemCode(error) !== null) return error;
  const name = compression === "gzip" ? "gzip" : "Zstandard";
  const isCut = code === "Z_BUF_ERROR" || error === endsEarly;
  return new HumanError(
    isCut
      ? `${basename(path)} is truncated: the end of its ${name} data is missing.`
      : `${basename(path)} is compressed with ${name} and can't be decompressed: ${messageOf(error)}.`,
    { remedy: "Download or copy it again in full.", cause: error },
  );
}

async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip({ chunkSize: pieceBytes });
  const feed = async (): Promise<void> => {
    for await (const piece of packed) {
      if (unzip.destroyed) return;
      if (!unzip.write(piece))
        await new Promise(resolve => unzip.once("drain", resolve).once("close", resolve));
    }
    unzip.end();
  };
  feed().catch((error: unknown) => unzip.destroy(error as Error));
  for await (const piece of unzip) yield piece as Uint8Array;
}
