// SHA-256 of files, in pieces, so that a model of many gigabytes needs no memory.
import { createHash, type Hash } from "node:crypto";
import { closeSync, readSync } from "node:fs";
import { openRegularFile } from "./ownFile.ts";

const pieceBytes = 4 << 20;

/** @param end Bytes from the start that count; all of them unless told. */
export function sha256OfFile(path: string, end = Number.POSITIVE_INFINITY): string {
  const hash = createHash("sha256");
  hashOfBytes(hash, path, 0, end);
  return hash.digest("hex");
}

/** Adds the file's bytes from `start` up to `end`, or to the file's own. */
export function hashOfBytes(hash: Hash, path: string, start: number, end: number): void {
  const piece = new Uint8Array(pieceBytes);
  const descriptor = openRegularFile(path);
  try {
    for (let at = start; at < end; ) {
      const count = readSync(descriptor, piece, 0, Math.min(pieceBytes, end - at), at);
      if (count === 0) return;
      hash.update(piece.subarray(0, count));
      at += count;
    }
  } finally {
    closeSync(descriptor);
  }
}

export function sha256OfText(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Of bytes that come piece by piece. */
export class Sha256 {
  readonly #hash = createHash("sha256");

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
  }

  /** Once, when all have come. */
  hex(): string {
    return this.#hash.digest("hex");
  }
}
