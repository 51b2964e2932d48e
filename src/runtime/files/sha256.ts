// SHA-256 of files, in pieces, so that a model of many gigabytes needs no memory.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

const pieceBytes = 4 << 20;

export function sha256OfFile(path: string): string {
  const hash = createHash("sha256");
  const piece = new Uint8Array(pieceBytes);
  const descriptor = openSync(path, "r");
  try {
    for (;;) {
      const count = readSync(descriptor, piece, 0, pieceBytes, null);
      if (count === 0) return hash.digest("hex");
      hash.update(piece.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}

export function sha256OfText(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
