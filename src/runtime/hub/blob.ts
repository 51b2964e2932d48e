// Downloads one file of the Hub to its cache.
import { existsSync, statSync } from "node:fs";
import { renameWithRetry } from "../../node/atomicWrite.ts";
import { download } from "../../node/download.ts";
import type { Hub } from "./hub.ts";
import { persistence, request } from "./hubRequest.ts";
import type { HubFile } from "./repository.ts";

/**
 * Suffix that huggingface_hub uses for incomplete files, so that either program can complete the other's
 * download.
 */
const incomplete = ".incomplete";

export interface BlobRequest {
  /** Path on the Hub. */
  readonly url: string;
  readonly file: HubFile;
  /** Location of the complete file. */
  readonly path: string;
  readonly onProgress: (bytes: number) => void;
}

/** Downloads a file. It appears only once its size and hash are verified. @throws HumanError */
export async function fetchBlob(hub: Hub, { url, file, path, onProgress }: BlobRequest): Promise<void> {
  const { name, bytes, hash } = file;
  if (existsSync(path) && statSync(path).size === bytes) return;
  const part = `${path}${incomplete}`;
  await download({
    ...persistence(hub, name),
    name,
    source: "the Hub",
    part,
    bytes,
    checksum: hash,
    request: headers => request(hub, url, `the file ${name}`, { accepted: [416], headers }),
    onProgress,
    diskRemedy: "HF_HOME may name another folder. Download it again to continue where it stopped.",
  });
  renameWithRetry(part, path);
}
