// Reads the text of an answer with a bound: a server says how long it is, and may say anything.
import { pipeline, Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** The answer is longer than was allowed. */
export class TooLong extends Error {}

/** By the name in content-encoding. Servers compress though they are asked not to. */
const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Bytes that are set aside before anything came. */
const firstRoom = 16 * 1024;

/**
 * The body as UTF-8, unpacked.
 * @param most Bytes, counted after unpacking.
 * @throws TooLong, once that many were read; Error where the body breaks off or is compressed in another way.
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
  // An error of either, and leaving the loop, ends both: with it the connection.
  const unpacked = unpack === undefined ? body : pipeline(body, unpack(), () => undefined);
  let bytes = Buffer.alloc(firstRoom);
  let length = 0;
  for await (const piece of unpacked as AsyncIterable<Uint8Array>) {
    if (length + piece.length > most) throw new TooLong(`it is longer than ${most} bytes`);
    // One growing buffer instead of many pieces: a byte at a time would cost a hundredfold.
    while (bytes.length < length + piece.length) bytes = Buffer.concat([bytes], 2 * bytes.length);
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.toString("utf8", 0, length);
}
