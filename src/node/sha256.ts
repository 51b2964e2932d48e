// SHA-256 of files, computed in pieces, so that a model of many gigabytes needs no memory.
import { createHash, type Hash } from "node:crypto";
import { closeSync, readSync } from "node:fs";
import { openRegularFile } from "./ownFile.ts";

const pieceBytes = 4 << 20;

/** @param end Number of bytes from the start to hash; by default all. */
export function sha256OfFile(path: string, end = Number.POSITIVE_INFINITY): string {
  const hash = createHash("sha256");
  hashOfBytes(hash, path, 0, end);
  return hash.digest("hex");
}

/** Adds the file's bytes from `start` to `end`, or to the end of the file. */
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

/** SHA-256 of bytes that arrive in pieces. */
export class Sha256 {
  readonly #hash = createHash("sha256");

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
  }

  /** Returns the hash. Call once, after the last piece. */
  hex(): string {
    return this.#hash.digest("hex");
  }
}
