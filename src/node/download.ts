// Downloads one large file so that no data is lost to broken connections, cancelling or restarts.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { HumanError } from "../common/errors.ts";
import { systemError } from "../common/systemErrors.ts";
import { throwIfCancelled } from "./cancelled.ts";
import { Broken, type Persistence, persist } from "./persist.ts";
import { piecesOf } from "./piecesOf.ts";
import { leastBytes, reasonOf } from "./webFetch.ts";

/**
 * Checksum in hexadecimal, except SHA-512, which is in Base64. `git` is the SHA-1 of the content as a git
 * blob.
 */
interface Checksum {
  readonly kind: "sha256" | "sha512" | "git";
  readonly value: string;
}

export interface Download extends Persistence {
  /** Name for messages. */
  readonly name: string;
  /** Name of whoever provides the checksum, for messages. */
  readonly source: string;
  /** File that is being filled. Its name shows that it is incomplete. */
  readonly part: string;
  readonly bytes: number;
  /** Null if it can't be verified. */
  readonly checksum: Checksum | null;
  /**
   * Requests the file with these headers, which may contain a range. The status of the response is 200, 206
   * or 416.
   * @throws Broken if a retry may succeed
   */
  readonly request: (headers: Readonly<Record<string, string>>) => Promise<Response>;
  /** @param done Number of bytes of the file available so far. */
  readonly onProgress: (done: number) => void;
  /** Added to the remedy if the disk can't be written. */
  readonly diskRemedy: string;
}

/**
 * Fills `part` and verifies its size and checksum.
 * @throws HumanError. The data received so far are kept unless they are wrong
 */
export async function download(wanted: Download): Promise<void> {
  const { part, bytes, name, source } = wanted;
  mkdirSync(dirname(part), { recursive: true });
  if (sizeOf(part) > bytes) rmSync(part); // belongs to another file, or the server sent too much
  let before = 0;
  if (sizeOf(part) < bytes || bytes === 0)
    await persist(
      wanted,
      name,
      () => {
        before = sizeOf(part);
        return fetchRest(wanted);
      },
      () => sizeOf(part) - before >= leastBytes,
    );
  if (await isIntact(wanted)) return;
  rmSync(part);
  throw new HumanError(`${name} does not match the checksum given by ${source}.`, {
    kind: "run",
    remedy: "It was deleted. Download it again; if this repeats, a proxy may be altering the download.",
  });
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

async function fetchRest({ part, bytes, request, onProgress, diskRemedy }: Download): Promise<void> {
  const from = sizeOf(part);
  let file: FileHandle | null = null;
  let response: Response | null = null;
  try {
    response = await request({
      "accept-encoding": "identity", // compressed data can't be counted
      ...(from > 0 && { range: `bytes=${from}-` }),
    });
    let at = startOf(response, from, part);
    file = await open(part, at === 0 ? "w" : "r+");
    for await (const piece of piecesOf(response, cause => new Broken(reasonOf(cause), { cause }))) {
      if (at + piece.length > bytes) throw new Broken(`it sent more than ${bytes} bytes`);
      await file.write(piece, 0, piece.length, at);
      at += piece.length;
      onProgress(at);
    }
    if (at < bytes) throw new Broken(`it sent ${at} of ${bytes} bytes`);
    await file.sync();
  } catch (error) {
    throw systemError(error, `${part} can't be written`, diskRemedy) ?? error;
  } finally {
    await file?.close();
    await response?.body?.cancel().catch(() => undefined);
  }
}

/** Returns the offset in the file at which the body begins. */
function startOf(response: Response, from: number, part: string): number {
  if (response.status === 416) {
    rmSync(part, { force: true }); // the existing data do not match the server's
    throw new Broken("it has no such part of the file");
  }
  if (response.status !== 206) return 0; // the server does not support ranges
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (Number(start) === from) return from;
  rmSync(part, { force: true });
  throw new Broken(`it sent a different part than requested (${start})`);
}

async function isIntact({ part, bytes, checksum, signal }: Download): Promise<boolean> {
  if (checksum === null) return true;
  const { kind, value } = checksum;
  const hash = createHash(kind === "git" ? "sha1" : kind);
  if (kind === "git") hash.update(`blob ${bytes}\0`);
  for await (const piece of createReadStream(part)) {
    throwIfCancelled(signal);
    hash.update(piece as Uint8Array);
  }
  return hash.digest(kind === "sha512" ? "base64" : "hex") === value;
}
