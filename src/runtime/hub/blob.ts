// Fetches one file of the Hub so that a broken connection, a cancel or a restart costs nothing that was there already.
import { createHash, type Hash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { HumanError, messageOf } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { renameWithRetry } from "../files/atomicWrite.ts";
import { throwIfCancelled } from "../recipes/cancelled.ts";
import { piecesOf } from "../web/piecesOf.ts";
import { leastBytes } from "../web/webFetch.ts";
import { Broken, type Hub, persist, request } from "./hub.ts";
import type { HubFile, HubHash } from "./repository.ts";

/** As huggingface_hub names what is not whole yet, so that it too can go on with it. */
const incomplete = ".incomplete";

const goesOn = "HF_HOME may name another folder; downloaded again, it goes on where it stopped.";

export interface BlobRequest {
  /** Path on the Hub. */
  readonly url: string;
  readonly file: HubFile;
  /** Where the whole file appears. */
  readonly path: string;
  readonly onProgress: (bytes: number) => void;
}

/** Size and hash are checked before the file appears. @throws HumanError */
export async function fetchBlob(hub: Hub, blob: BlobRequest): Promise<void> {
  const { file, path } = blob;
  if (existsSync(path) && sizeOf(path) === file.bytes) return;
  const part = `${path}${incomplete}`;
  mkdirSync(dirname(path), { recursive: true });
  if (sizeOf(part) > file.bytes) rmSync(part); // of a server that sent too much
  let before = 0;
  if (sizeOf(part) < file.bytes || file.bytes === 0) {
    await persist(
      hub,
      file.name,
      async () => {
        before = sizeOf(part);
        await fetchRest(hub, blob, part);
      },
      () => sizeOf(part) - before >= leastBytes,
    );
  }
  if (file.hash !== null && (await hashOf(part, file.hash, file.bytes, hub.signal)) !== file.hash.value) {
    rmSync(part);
    throw new HumanError(`${file.name} is not what the Hub says it is: the checksums differ.`, {
      kind: "run",
      remedy:
        "It was deleted. Download it again; if it happens again, something between here and the Hub changes it.",
    });
  }
  renameWithRetry(part, path);
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

async function fetchRest(hub: Hub, { url, file, onProgress }: BlobRequest, part: string): Promise<void> {
  const from = sizeOf(part);
  let handle: FileHandle | null = null;
  let response: Response | null = null;
  try {
    response = await request(hub, url, `the file ${file.name}`, {
      accepted: [416],
      // Compressed on the way, bytes could not be counted.
      headers: { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) },
    });
    let at = startOf(response, from, part);
    handle = await open(part, at === 0 ? "w" : "r+");
    for await (const chunk of piecesOf(response, broken)) {
      if (at + chunk.length > file.bytes) throw new Broken(`it sent more than ${file.bytes} bytes`);
      await handle.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      onProgress(at);
    }
    if (at < file.bytes) throw new Broken(`it sent ${at} of ${file.bytes} bytes`);
    await handle.sync();
  } catch (error) {
    throw systemError(error, `${part} can't be written`, goesOn) ?? error;
  } finally {
    await handle?.close();
    await response?.body?.cancel().catch(() => undefined);
  }
}

/** Where the body begins in the file. */
function startOf(response: Response, from: number, part: string): number {
  if (response.status === 416) {
    rmSync(part, { force: true }); // what is here does not fit to what is there
    throw new Broken("it has no such part of the file");
  }
  if (response.status !== 206) return 0; // the server knows no ranges: from the beginning
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (Number(start) === from) return from;
  rmSync(part, { force: true });
  throw new Broken(`it sent another part than was asked for (${start})`);
}

function broken(cause: unknown): Broken {
  return new Broken(messageOf(cause), { cause });
}

async function hashOf(path: string, hash: HubHash, bytes: number, signal: AbortSignal): Promise<string> {
  const digest: Hash = createHash(hash.kind === "sha256" ? "sha256" : "sha1");
  if (hash.kind === "git") digest.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path)) {
    throwIfCancelled(signal);
    digest.update(chunk as Uint8Array);
  }
  return digest.digest("hex");
}
