// One file of the Hub, in its cache.
import { existsSync, statSync } from "node:fs";
import { renameWithRetry } from "../../node/atomicWrite.ts";
import { download } from "../../node/download.ts";
import type { Hub } from "./hub.ts";
import type { HubFile } from "./repository.ts";
import { persistence, request } from "./request.ts";

/** As huggingface_hub names what is not whole yet, so that either can complete what the other began. */
const incomplete = ".incomplete";

export interface BlobRequest {
  /** Path on the Hub. */
  readonly url: string;
  readonly file: HubFile;
  /** Where the whole file appears. */
  readonly path: string;
  readonly onProgress: (bytes: number) => void;
}

/** Size and hash are checked before the file appears. @throws HumanError */
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
    diskRemedy: "HF_HOME may name another folder; downloaded again, it goes on where it stopped.",
  });
  renameWithRetry(part, path);
}
