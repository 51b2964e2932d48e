// Contents of a repository on the Hub at one commit. What the listing omits is requested file by file.
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { Broken, type Persistence, persist } from "../../node/persist.ts";
import { readText, TooLong } from "../../node/readText.ts";
import { reasonOf } from "../../node/webFetch.ts";
import type { Hub } from "./hub.ts";
import { answered, persistence, request } from "./hubRequest.ts";

/** SHA-256 of a file in large file storage, otherwise git's SHA-1 of the blob. */
interface HubHash {
  readonly kind: "sha256" | "git";
  readonly value: string;
}

export interface HubFile {
  /** Path with folders, separated by `/`. */
  readonly name: string;
  readonly bytes: number;
  /** Null if a mirror does not report it; then only the size is verified. */
  readonly hash: HubHash | null;
}

/** File as listed: mirrors omit sizes and hashes. */
export type ListedFile = Pick<HubFile, "name"> & {
  readonly bytes: number | null;
  readonly hash: HubHash | null;
};

export interface HubPlace {
  readonly kind: "model" | "dataset";
  /** `org/name`. */
  readonly id: string;
}

export interface HubRepository extends HubPlace {
  readonly commit: string;
  /** Null if the server does not say. */
  readonly isPrivate: boolean | null;
  readonly files: readonly ListedFile[];
}

const idPattern = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const commitPattern = /^[0-9a-f]{40}$/;
const sha256Pattern = /^[0-9a-f]{64}$/;
const redirects = [301, 302, 303, 307, 308];
/** Maximum bytes of a listing: the largest datasets have a few hundred thousand files. */
const longestListing = 100_000_000;

export function isRepositoryId(id: string): boolean {
  return idPattern.test(id);
}

/** Path on the Hub, for pages and files. */
function hubPath({ kind, id }: HubPlace): string {
  return kind === "dataset" ? `/datasets/${id}` : `/${id}`;
}

export function filePath(repository: HubRepository, name: string): string {
  return `${hubPath(repository)}/resolve/${repository.commit}/${name.split("/").map(encodeURIComponent).join("/")}`;
}

/** Checks a revision, which becomes a file name. */
export function checkedRevision(revision: string): string {
  if (/^[\w][\w./-]*$/.test(revision) && !revision.split("/").includes("..")) return revision;
  throw new HumanError(`${revision} is not a revision.`, { remedy: "Write a branch, a tag or a commit." });
}

/** Reads the current commit of a branch or tag, and its files. */
export async function readRepository(hub: Hub, place: HubPlace, revision: string): Promise<HubRepository> {
  return toRepository(hub, place, await askForRevision(hub, place, revision, { isMissing: () => false }));
}

/** Reads a repository; null if there is no such revision. */
export async function findRepository(
  hub: Hub,
  place: HubPlace,
  revision: string,
  asking: Asking = { isMissing: ({ status }) => status === 404 },
): Promise<HubRepository | null> {
  const answer = await askForRevision(hub, place, revision, asking);
  return answer === null ? null : toRepository(hub, place, answer);
}

interface Asking {
  /** True for a response that means that there is none. */
  readonly isMissing: (response: Response) => boolean;
  /** By default that of downloads. */
  readonly persistence?: Persistence;
}

/** Requests a revision; null if there is none. */
function askForRevision(
  hub: Hub,
  place: HubPlace,
  revision: string,
  { isMissing: accepted, ...asking }: Asking,
): Promise<unknown> {
  const what = `the ${place.kind} ${place.id} at revision ${revision}`;
  const path = `/api/${place.kind}s/${place.id}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const ask = async (signal: AbortSignal): Promise<unknown> => {
    const response = await request(hub, path, what, { accepted, signal });
    if (response.ok) return parsed(hub, response);
    await response.body?.cancel().catch(() => undefined);
    return null;
  };
  return persist(asking.persistence ?? persistence(hub, what), what, () => answered(hub, ask));
}

/** Parses a JSON body. @throws Broken if it is cut off. */
export async function parsed(hub: Hub, response: Response): Promise<unknown> {
  const text = await readText(response, longestListing).catch((cause: unknown) => {
    if (cause instanceof TooLong)
      throw noHub(hub, `sends more of a listing than ${longestListing / 1e6} MB`, cause);
    throw new Broken(`its answer broke off: ${reasonOf(cause)}`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Broken("its answer is not JSON", { cause });
  }
}

export function noHub(hub: Hub, does: string, cause?: unknown): HumanError {
  return new HumanError(`${hub.endpoint} ${does}.`, {
    kind: "run",
    remedy: "Check HF_ENDPOINT: it is the address of the Hub or of a mirror of it.",
    cause,
  });
}

function toRepository(hub: Hub, place: HubPlace, answer: unknown): HubRepository {
  const commit = isObject(answer) ? answer.sha : undefined;
  const siblings = isObject(answer) ? answer.siblings : undefined;
  if (typeof commit !== "string" || !commitPattern.test(commit) || !Array.isArray(siblings))
    throw noHub(hub, "does not answer like the Hub");
  const isPrivate = isObject(answer) && typeof answer.private === "boolean" ? answer.private : null;
  return { ...place, commit, isPrivate, files: siblings.flatMap(sibling => toFile(sibling) ?? []) };
}

function toFile(sibling: unknown): ListedFile | null {
  if (!isObject(sibling)) return null;
  const { rfilename: name, size, blobId, lfs } = sibling;
  if (typeof name !== "string") return null;
  const large = isObject(lfs) ? lfs : {};
  const bytes = large.size ?? size;
  // The blob of a large file is only a pointer to it.
  const hash = toHash(large.sha256 ?? large.oid) ?? (isObject(lfs) ? null : toHash(blobId));
  return { name, bytes: isSize(bytes) ? bytes : null, hash };
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function toHash(value: unknown): HubHash | null {
  if (typeof value !== "string") return null;
  if (sha256Pattern.test(value)) return { kind: "sha256", value };
  return commitPattern.test(value) ? { kind: "git", value } : null;
}

/** Reports whether a name stays within the cache and is valid on every system. */
function isSafeName(name: string): boolean {
  return !/[\p{Cc}\\:*?"<>|]/u.test(name) && name.split("/").every(part => /[^. ]$/.test(part));
}

/**
 * Completes sizes and hashes, with HEAD requests where the listing omits them. @throws HumanError if a file
 * has no size.
 */
export async function completed(
  hub: Hub,
  repository: HubRepository,
  files: readonly ListedFile[],
): Promise<HubFile[]> {
  const whole: HubFile[] = [];
  for (const file of files) {
    if (!isSafeName(file.name))
      throw new HumanError(`${repository.id} has a file that can't be kept under its name: ${file.name}.`, {
        remedy: "Download it by other means, and name the file under another name.",
      });
    const { name, bytes, hash } =
      file.bytes === null || file.hash === null ? await askFor(hub, repository, file) : file;
    if (bytes === null)
      throw new HumanError(
        `${hub.endpoint} reports neither size nor checksum of ${name}, so a broken download could not be detected.`,
        {
          kind: "run",
          remedy:
            "Use a mirror that passes on the Hub's headers, or download it by other means and name the folder.",
        },
      );
    if (hash === null) hub.log(`${hub.endpoint} reports no checksum of ${name}: only its size is checked.`);
    whole.push({ name, bytes, hash });
  }
  return whole;
}

/** Reads a file's size and hash from response headers, like huggingface_hub. */
async function askFor(hub: Hub, repository: HubRepository, listed: ListedFile): Promise<ListedFile> {
  const what = `the file ${listed.name}`;
  const ask = (redirect: NonNullable<RequestInit["redirect"]>): Promise<Headers> =>
    persist(persistence(hub, what), what, async () => {
      const response = await request(hub, filePath(repository, listed.name), what, {
        method: "HEAD",
        redirect,
        accepted: redirects,
        headers: { "accept-encoding": "identity" },
      });
      return response.headers;
    });
  // The hash of a large file is only in the headers of the redirect, not in those of the storage behind it.
  const first = await ask("manual");
  const headers = first.has("location") && !first.has("x-linked-etag") ? await ask("follow") : first;
  const size = headers.get("x-linked-size") ?? headers.get("content-length");
  const bytes = size === null ? null : Number(size);
  const tags = ["x-linked-etag", "x-checksum-sha256", "etag"].map(name =>
    toHash(headers.get(name)?.replace(/^W\//, "").replace(/^"|"$/g, "")),
  );
  const hash = listed.hash ?? tags.find(tag => tag !== null) ?? null;
  return { name: listed.name, bytes: listed.bytes ?? (isSize(bytes) ? bytes : null), hash };
}
