// The bytes of a file in pieces, as they lie on its disk.
import { createReadStream } from "node:fs";

export const pieceBytes = 2 ** 20;

/**
 * A file that grows as fast as it is read comes to an end. @param size That it had before. @param onRead Told of each
 * piece's length. @throws what the file system throws.
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
