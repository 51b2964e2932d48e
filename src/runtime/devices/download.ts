// Downloads one large file so that a broken connection, a cancel or a restart costs nothing that was there already.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { piecesOf } from "../web/piecesOf.ts";
import { leastBytes, webFetch } from "../web/webFetch.ts";
import { type RegistryPackage, reasonOf, unreachable } from "./nuget.ts";

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Milliseconds before the first new attempt; doubled each time. For tests. */
  readonly retryDelay?: number;
}

/** Attempts that bring nothing new, one after another, until it gives up. */
const attempts = 5;
const usualRetryDelay = 1000;

/** The connection broke: what is in the file stays, and the next attempt goes on from there. */
class Broken extends Error {}

/** What the file system refuses, for people; anything else as it is. */
export function writeRefused(error: unknown, path: string): unknown {
  const also = "PINCH_DATA may name another folder; run again, it goes on where it stopped.";
  return systemError(error, `${path} can't be written`, also) ?? error;
}

/**
 * Fills `path` (a name for what is not whole yet) and checks size and hash.
 * @throws HumanError of what to do; the file is kept unless its content is wrong.
 */
export async function download(
  source: RegistryPackage,
  path: string,
  { signal, onProgress, retryDelay = usualRetryDelay }: DownloadOptions,
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  let fruitless = 0;
  for (let size = sizeOf(path); size !== source.bytes; size = sizeOf(path)) {
    if (size > source.bytes) rmSync(path); // of another file, or of a server that sent too much
    try {
      await fetchRest(source, path, signal, onProgress);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Broken)) throw writeRefused(error, path);
      fruitless = sizeOf(path) - size >= leastBytes ? 0 : fruitless + 1;
      if (fruitless === attempts) throw unreachable(source.url, error.message, error);
      await wait(retryDelay * 2 ** fruitless, undefined, { signal });
    }
  }
  if ((await sha512(path, signal)) !== source.sha512) {
    rmSync(path);
    throw new HumanError("What was downloaded is not the package that was asked for: the checksums differ.", {
      kind: "run",
      remedy:
        "It was deleted. Run it again; if it happens again, something between here and the registry changes it.",
    });
  }
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

async function fetchRest(
  source: RegistryPackage,
  path: string,
  signal: AbortSignal,
  onProgress: DownloadOptions["onProgress"],
): Promise<void> {
  const from = sizeOf(path);
  const response = await webFetch(source.url, {
    secure: true,
    signal,
    // Compressed on the way, bytes could not be counted.
    headers: { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) },
  }).catch((error: unknown) => {
    throw new Broken(reasonOf(error), { cause: error });
  });
  let file: FileHandle | null = null;
  try {
    const start = startOf(response, from, source, path);
    file = await open(path, start === 0 ? "w" : "r+");
    let at = start;
    for await (const chunk of piecesOf(response, broken)) {
      if (at + chunk.length > source.bytes) throw tooLong(source);
      await file.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      onProgress(at, source.bytes);
    }
    if (at < source.bytes) throw new Broken(`it sent ${at} of ${source.bytes} bytes`);
    await file.sync();
  } finally {
    await file?.close();
    await response.body?.cancel().catch(() => undefined);
  }
}

/** Where the body begins in the file. */
function startOf(response: Response, from: number, source: RegistryPackage, path: string): number {
  const { status } = response;
  if (status === 200) return 0; // the server knows no ranges: from the beginning
  if (status === 206) {
    const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
    if (Number(start) === from) return from;
    rmSync(path, { force: true });
    throw new Broken(`it sent another part than was asked for (${start})`);
  }
  if (status === 416) {
    // What is here does not fit to what is there.
    rmSync(path, { force: true });
    throw new Broken("it has no such part of the file");
  }
  if (status === 404 || status === 410)
    throw new HumanError(`The registry has no ${source.url} any more.`, {
      kind: "run",
      remedy: "Update Pinch, or name another registry in PINCH_NUGET_INDEX.",
    });
  throw new Broken(`HTTP status ${status}`);
}

function tooLong(source: RegistryPackage): Broken {
  return new Broken(`it sent more than ${source.bytes} bytes`);
}

function broken(cause: unknown): Broken {
  return new Broken(reasonOf(cause), { cause });
}

async function sha512(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha512");
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Uint8Array);
  return hash.digest("base64");
}
