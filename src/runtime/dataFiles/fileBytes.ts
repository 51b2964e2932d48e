// Reads the bytes of a file in pieces, as stored.
import { createReadStream } from "node:fs";

export const pieceBytes = 2 ** 20;

/**
 * Reads at most the original size, so that a file growing as fast as it is read comes to an end.
 * @param size Original size of the file.
 * @param onRead Receives the length of each piece.
 * @throws The file system's errors
 */
export async function* fileBytes(
  path: string,
  size: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path, { highWaterMark: pieceBytes, end: Math.max(0, size - 1) });
  for await (const piece of stream) {
    onRead((piece as Uint8Array).length);
    yield piece as Uint8Array;
  }
}
