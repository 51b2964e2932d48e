// Reads the text of a response up to a limit, since a server can claim any length.
import { pipeline, Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** The response is longer than allowed. */
export class TooLong extends Error {}

/** Decompressors by name in content-encoding. Some servers compress although asked not to. */
const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Initial size of the buffer in bytes. */
const firstRoom = 16 * 1024;

/**
 * Reads the body as decompressed UTF-8.
 * @param most Maximum number of bytes, counted after decompression.
 * @throws TooLong once more bytes were read; Error if the body is incomplete or in an unknown compression.
 */
export async function readText(response: Response, most: number): Promise<string> {
  if (response.body === null) return "";
  const encoding = (response.headers.get("content-encoding") ?? "").trim().toLowerCase();
  const plain = encoding === "" || encoding === "identity";
  const unpack = Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined;
  if (!plain && unpack === undefined) {
    await response.body.cancel();
    throw new Error(`it is compressed as ${encoding.slice(0, 40)}`);
  }
  const body = Readable.fromWeb(response.body as unknown as ReadableStream<Uint8Array>);
  // An error in either, or leaving the loop, closes both and with them the connection.
  const unpacked = unpack === undefined ? body : pipeline(body, unpack(), () => undefined);
  let bytes = Buffer.alloc(firstRoom);
  let length = 0;
  for await (const piece of unpacked as AsyncIterable<Uint8Array>) {
    if (length + piece.length > most) throw new TooLong(`it is longer than ${most} bytes`);
    // A single growing buffer instead of many pieces: with one byte at a time, pieces would cost a hundred
    // times as much.
    while (bytes.length < length + piece.length) bytes = Buffer.concat([bytes], 2 * bytes.length);
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.toString("utf8", 0, length);
}
