// Files of a folder that is pushed: their sizes, hashes and bytes.
import { createHash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { hashOfBytes, sha256OfFile } from "../../node/sha256.ts";
import type { SentBody } from "../../node/webFetch.ts";
import type { ListedFile } from "./repository.ts";

export interface LocalFile {
  /** Path in the repository, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the content, or git's SHA-1 of the blob; computed when first asked for. */
  readonly hash: (kind: "sha256" | "git") => string;
}

/** Bytes that are sent before their progress is reported. */
const pieceBytes = 64 * 1024;

/** All files of the folder at any depth, in order of their names. */
export function localFiles(folder: string): LocalFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => localFile(relative(folder, path).split(sep).join("/"), path))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function localFile(name: string, path: string): LocalFile {
  const { size: bytes } = statSync(path);
  const known = new Map<string, string>();
  const hash: LocalFile["hash"] = kind => {
    const value = known.get(kind) ?? (kind === "sha256" ? sha256OfFile(path) : gitHash(path, bytes));
    known.set(kind, value);
    return value;
  };
  return { name, path, bytes, hash };
}

function gitHash(path: string, bytes: number): string {
  const hash = createHash("sha1").update(`blob ${bytes}\0`);
  hashOfBytes(hash, path, 0, bytes);
  return hash.digest("hex");
}

/** True if the repository has the same content under this name. */
export function isSame(file: LocalFile, listed: ListedFile | undefined): boolean {
  if (listed === undefined || listed.hash === null) return false;
  return (
    (listed.bytes === null || listed.bytes === file.bytes) &&
    listed.hash.value === file.hash(listed.hash.kind)
  );
}

/** Bytes of the file from `start` to `end`, read while they are sent. */
export function piecesOf(
  { path }: LocalFile,
  start: number,
  end: number,
  onSent: (bytes: number) => void,
): SentBody {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let count = 0;
    for await (const piece of createReadStream(path, { start, end: end - 1, highWaterMark: pieceBytes })) {
      yield piece as Uint8Array;
      count += (piece as Uint8Array).length;
      onSent(count);
    }
  }
  return { bytes: end - start, pieces };
}
