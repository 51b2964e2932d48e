// Uploads to the Hub's large file storage, by Git LFS's batch API and the Hub's transfer in parts.
// https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
import { HumanError } from "../../common/errors.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { isLoopback, mayCarryKey } from "../../common/loopback.ts";
import type { Hub } from "./hub.ts";
import { type LocalFile, piecesOf } from "./localFiles.ts";
import { discard, persistentPush } from "./pushRequest.ts";
import { noHub, parsed } from "./repository.ts";

const lfsJson = { accept: "application/vnd.git-lfs+json", "content-type": "application/vnd.git-lfs+json" };
const plainJson = { "content-type": "application/json" };
const transfers = ["basic", "multipart"];
const hubOrigin = "https://huggingface.co";
/** Headers that are computed from the body or the address. */
const ownHeaders = ["host", "connection", "content-length", "transfer-encoding"];

interface Action {
  readonly href: string;
  readonly header: Readonly<Record<string, string>>;
}

interface Upload {
  readonly file: LocalFile;
  /** Null if the storage has the file already. */
  readonly upload: Action | null;
  readonly verify: Action | null;
}

/** Receives the file whose bytes were sent, with their number so far. */
type OnSent = (file: LocalFile, bytes: number) => void;

/**
 * Uploads the files that the storage does not have yet.
 * @param onStored Called once for each file that is in the storage, with its bytes sent: 0 if it was there.
 */
export async function uploadLargeFiles(
  hub: Hub,
  id: string,
  files: readonly LocalFile[],
  { onSent, onStored }: { readonly onSent: OnSent; readonly onStored: OnSent },
): Promise<void> {
  if (files.length === 0) return;
  for (const { file, upload, verify } of await requestUploads(hub, id, files)) {
    if (upload === null) {
      onStored(file, 0);
      continue;
    }
    if (upload.header.chunk_size === undefined) await uploadWhole(hub, file, upload, onSent);
    else await uploadParts(hub, file, upload, onSent);
    if (verify !== null) await verifyUpload(hub, file, verify);
    onStored(file, file.bytes);
  }
}

async function requestUploads(hub: Hub, id: string, files: readonly LocalFile[]): Promise<Upload[]> {
  const objects = files.map(file => ({ oid: file.hash("sha256"), size: file.bytes }));
  const body = { operation: "upload", transfers, objects, hash_algo: "sha256", ref: { name: "main" } };
  const answer = await persistentPush(
    hub,
    {
      to: `/${id}.git/info/lfs/objects/batch`,
      what: `the list of large files for ${id}`,
      method: "POST",
      headers: lfsJson,
      body: JSON.stringify(body),
    },
    response => parsed(hub, response),
  );
  const { transfer = "basic", objects: told } = isObject(answer) ? answer : {};
  if (typeof transfer !== "string" || !transfers.includes(transfer))
    throw new HumanError(`${hub.endpoint} takes large files of ${id} only by ${String(transfer)}.`, {
      kind: "run",
      remedy: `Pinch sends them by ${transfers.join(" or ")}. Write them with pinch export RUN-FOLDER --out DIR, then upload the folder with huggingface_hub: hf upload ${id} DIR.`,
    });
  const byOid = new Map(
    (Array.isArray(told) ? told : []).filter(isObject).map(object => [object.oid, object]),
  );
  return files.map(file => {
    const object = byOid.get(file.hash("sha256"));
    if (object === undefined)
      throw noHub(hub, `does not answer for ${file.name} like the Hub's large file storage`);
    return toUpload(hub, file, object);
  });
}

function toUpload(hub: Hub, file: LocalFile, { error, actions }: JsonObject): Upload {
  if (isObject(error))
    throw new HumanError(
      `${hub.endpoint} refuses ${file.name} (${String(error.code)}): ${String(error.message)}.`,
      { kind: "run", remedy: "Check the limits of the account and of the repository." },
    );
  const { upload, verify } = isObject(actions) ? actions : {};
  return { file, upload: toAction(hub, file, upload), verify: toAction(hub, file, verify) };
}

function toAction(hub: Hub, { name }: LocalFile, action: unknown): Action | null {
  if (action === undefined || action === null) return null;
  const { href, header } = isObject(action) ? action : {};
  if (typeof href !== "string") throw noHub(hub, `gives no address to upload ${name} to`);
  const pairs = Object.entries(isObject(header) ? header : {}).map(([key, value]) => [
    key.toLowerCase(),
    String(value),
  ]);
  return { href: checkedAddress(hub, name, href), header: Object.fromEntries(pairs) as Action["header"] };
}

/**
 * Address that a mirror passes on from the Hub, as one of the mirror. @throws HumanError if it is reached
 * without encryption, or is of this machine though the Hub is not
 */
function checkedAddress(hub: Hub, name: string, href: string): string {
  const isOfHub = href === hubOrigin || href.startsWith(`${hubOrigin}/`);
  const address = isOfHub ? hub.endpoint + href.slice(hubOrigin.length) : href;
  // A server elsewhere has no say in what is sent to servers of this machine.
  if (mayCarryKey(address) && (!isLoopback(address) || isLoopback(hub.endpoint))) return address;
  throw new HumanError(
    `${hub.endpoint} wants ${name} sent to ${URL.canParse(address) ? new URL(address).origin : "no address"}, unencrypted or on this machine.`,
    { kind: "run", remedy: "Check HF_ENDPOINT: it is the address of the Hub or of a mirror of it." },
  );
}

function uploadOf({ name }: LocalFile): string {
  return `the upload of ${name}`;
}

function uploadWhole(hub: Hub, file: LocalFile, { href, header }: Action, onSent: OnSent): Promise<void> {
  const headers = Object.fromEntries(Object.entries(header).filter(([key]) => !ownHeaders.includes(key)));
  const body = piecesOf(file, 0, file.bytes, count => onSent(file, count));
  return persistentPush(hub, { to: href, what: uploadOf(file), method: "PUT", headers, body }, discard);
}

async function uploadParts(
  hub: Hub,
  file: LocalFile,
  { href, header }: Action,
  onSent: OnSent,
): Promise<void> {
  const size = Number(header.chunk_size);
  const addresses = Object.entries(header)
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, address]) => checkedAddress(hub, file.name, address));
  if (!Number.isSafeInteger(size) || size < 1 || addresses.length !== Math.ceil(file.bytes / size))
    throw noHub(
      hub,
      `gives ${addresses.length} parts of ${header.chunk_size} bytes for the ${file.bytes} bytes of ${file.name}`,
    );
  const parts: { partNumber: number; etag: string }[] = [];
  for (const [i, to] of addresses.entries()) {
    const start = i * size;
    const body = piecesOf(file, start, Math.min(file.bytes, start + size), count =>
      onSent(file, start + count),
    );
    const what = `${uploadOf(file)}, part ${i + 1} of ${addresses.length}`;
    const etag = await persistentPush(hub, { to, what, method: "PUT", body }, async response => {
      await discard(response);
      return response.headers.get("etag") ?? "";
    });
    if (etag === "") throw noHub(hub, `does not confirm part ${i + 1} of ${file.name}`);
    parts.push({ partNumber: i + 1, etag });
  }
  const body = JSON.stringify({ oid: file.hash("sha256"), parts });
  await persistentPush(
    hub,
    { to: href, what: uploadOf(file), method: "POST", headers: lfsJson, body },
    discard,
  );
}

function verifyUpload(hub: Hub, file: LocalFile, { href }: Action): Promise<void> {
  const body = JSON.stringify({ oid: file.hash("sha256"), size: file.bytes });
  const what = `${uploadOf(file)}, at its check`;
  return persistentPush(hub, { to: href, what, method: "POST", headers: plainJson, body }, discard);
}
