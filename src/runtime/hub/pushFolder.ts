// Pushes a folder to a model repository on the Hub: large files first, then all of them in one commit.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { Broken, persist } from "../../node/persist.ts";
import type { Hub } from "./hub.ts";
import { answered } from "./hubRequest.ts";
import { uploadLargeFiles } from "./largeFiles.ts";
import { isSame, type LocalFile } from "./localFiles.ts";
import { discard, persistentPush, push, pushPersistence } from "./pushRequest.ts";
import { findRepository, type HubRepository, noHub, parsed } from "./repository.ts";
import type { OnProgress } from "./snapshot.ts";

export interface PushedFolder {
  /** `org/name`. */
  readonly id: string;
  readonly files: readonly LocalFile[];
  /** Visibility of a repository that is created. */
  readonly isPrivate: boolean;
  /** First line of the commit's message. */
  readonly summary: string;
}

export interface PushResult {
  readonly commit: string;
  /** Number of bytes of large files that were sent; those that the Hub had are not. */
  readonly sentBytes: number;
}

const json = { "content-type": "application/json" };

/** Reads the repository; null if the token sees none of this name. */
export function findTarget(hub: Hub, id: string): Promise<HubRepository | null> {
  return findRepository(hub, { kind: "model", id }, "main", {
    persistence: pushPersistence(hub, `reading ${id}`),
    isMissing: ({ status, headers }) =>
      status === 404 || (status === 401 && headers.get("x-error-code") === "RepoNotFound"),
  });
}

/**
 * Creates the repository if necessary, uploads what it lacks and commits. The repository shows nothing of it
 * until the commit, which comes last. @throws HumanError that says what has been uploaded so far
 */
export async function pushFolder(hub: Hub, folder: PushedFolder, report: OnProgress): Promise<PushResult> {
  const { id, isPrivate } = folder;
  const stored: string[] = [];
  let sentBytes = 0;
  let created = false;
  let isCommitting = false;
  try {
    let target = await findTarget(hub, id);
    if (target === null) {
      await create(hub, id, isPrivate);
      created = true;
      target = await findTarget(hub, id);
    }
    if (target === null) throw noHub(hub, `has no repository ${id} after creating it`);
    requireVisibility(target, isPrivate);
    const missing = lacking(folder, target);
    if (missing.length === 0) return { commit: target.commit, sentBytes };
    const large = await largeAmong(hub, id, missing);
    const total = large.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    await uploadLargeFiles(hub, id, large, {
      onSent: (file, bytes) => report(done + bytes, total, file.name),
      onStored: (file, bytes) => {
        stored.push(file.name);
        done += file.bytes;
        sentBytes += bytes;
        report(done, total, file.name);
      },
    });
    isCommitting = true;
    return { commit: await commit(hub, folder, target, large), sentBytes };
  } catch (error) {
    if (!(error instanceof HumanError) || hub.signal.aborted) throw error;
    throw withState(error, { id, created, stored, isCommitting });
  }
}

function lacking({ files }: PushedFolder, target: HubRepository): LocalFile[] {
  const listed = new Map(target.files.map(file => [file.name, file]));
  return files.filter(file => !isSame(file, listed.get(file.name)));
}

function create(hub: Hub, id: string, isPrivate: boolean): Promise<void> {
  const [organization, name] = id.split("/");
  // Newer servers read `visibility`, older ones `private`; `requireVisibility` checks what they made of it.
  const visibility = isPrivate ? "private" : "public";
  const body = JSON.stringify({ name, organization, type: "model", private: isPrivate, visibility });
  const what = `the creation of ${id}`;
  // 409 means that it exists by now, for example by an earlier attempt whose answer was lost.
  const asked = {
    to: "/api/repos/create",
    what,
    method: "POST",
    headers: json,
    body,
    accepted: [409],
  } as const;
  return persistentPush(hub, asked, discard);
}

export function requireVisibility({ id, isPrivate }: HubRepository, wanted: boolean): void {
  if (!wanted || isPrivate === true) return;
  throw new HumanError(
    isPrivate === null ? `The server does not say whether ${id} is private.` : `${id} is public.`,
    {
      remedy: "Make it private in its settings, push to another name, or leave out --private.",
    },
  );
}

/** Asks which files belong into large file storage; the rest travel in the commit. */
async function largeAmong(hub: Hub, id: string, files: readonly LocalFile[]): Promise<LocalFile[]> {
  const described = files.map(({ name, path, bytes }) => ({
    path: name,
    size: bytes,
    sample: firstBytes(path).toString("base64"),
  }));
  const answer = await persistentPush(
    hub,
    {
      to: `/api/models/${id}/preupload/main`,
      what: `the list of files for ${id}`,
      method: "POST",
      headers: json,
      body: JSON.stringify({ files: described }),
    },
    response => parsed(hub, response),
  );
  const told = isObject(answer) && Array.isArray(answer.files) ? answer.files.filter(isObject) : [];
  const byName = new Map(told.map(file => [file.path, file]));
  const ignored = files.filter(({ name }) => byName.get(name)?.shouldIgnore === true);
  if (ignored.length > 0)
    throw new HumanError(`The .gitignore of ${id} excludes ${ignored.map(({ name }) => name).join(", ")}.`, {
      kind: "run",
      remedy: "Change that file on the repository's page, or push to another repository.",
    });
  return files.filter(({ name, bytes }) => {
    const mode = byName.get(name)?.uploadMode;
    if (mode !== "lfs" && mode !== "regular") throw noHub(hub, `does not say how to send ${name}`);
    return mode === "lfs" && bytes > 0; // the storage takes no empty files
  });
}

/** Number of bytes by which the Hub tells text from binary files. */
const sampleBytes = 512;

function firstBytes(path: string): Buffer {
  const buffer = Buffer.alloc(sampleBytes);
  const descriptor = openSync(path, "r");
  try {
    return buffer.subarray(0, readSync(descriptor, buffer, 0, sampleBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Commits the files, on the commit that was read before: if someone else committed since, the Hub refuses.
 * Where an answer is lost, the repository is read to find out whether the commit arrived.
 */
function commit(
  hub: Hub,
  folder: PushedFolder,
  target: HubRepository,
  large: readonly LocalFile[],
): Promise<string> {
  const { id } = folder;
  const what = `the commit to ${id}`;
  let attempts = 0;
  return persist(pushPersistence(hub, what), what, async () => {
    const now = attempts++ === 0 ? target : await findTarget(hub, id);
    if (now === null) throw noHub(hub, `has no repository ${id} any more`);
    const files = lacking(folder, now);
    if (files.length === 0) return now.commit;
    const asked = {
      to: `/api/models/${id}/commit/main`,
      what,
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: payload(folder, now.commit, files, large),
    } as const;
    const answer = await answered(hub, async signal => parsed(hub, await push(hub, { ...asked, signal })));
    const oid = isObject(answer) ? answer.commitOid : null;
    if (typeof oid !== "string") throw noHub(hub, "does not name the commit that it made");
    return oid;
  });
}

/** One JSON object a line: a header, then the files, small ones with their content. */
function payload(
  { summary }: PushedFolder,
  parentCommit: string,
  files: readonly LocalFile[],
  large: readonly LocalFile[],
): string {
  const entries = files.map(file =>
    large.includes(file)
      ? {
          key: "lfsFile",
          value: { path: file.name, algo: "sha256", oid: file.hash("sha256"), size: file.bytes },
        }
      : {
          key: "file",
          value: { content: readFileSync(file.path, "base64"), path: file.name, encoding: "base64" },
        },
  );
  const header = { key: "header", value: { summary, description: "", parentCommit } };
  return [header, ...entries].map(entry => `${JSON.stringify(entry)}\n`).join("");
}

interface State {
  readonly id: string;
  readonly created: boolean;
  readonly stored: readonly string[];
  readonly isCommitting: boolean;
}

/** Adds to a refusal what it left behind, and that pushing again continues. */
function withState(error: HumanError, { id, created, stored, isCommitting }: State): HumanError {
  const state =
    isCommitting && error.cause instanceof Broken
      ? `It is not known whether the commit to ${id} arrived.`
      : `${id} has none of the new files yet.`;
  const uploads = stored.length === 0 ? "" : ` Already uploaded: ${stored.join(", ")}.`;
  const creation = created ? ` ${id} was created.` : "";
  return new HumanError(`${error.message}${creation} ${state}${uploads}`, {
    kind: error.kind,
    remedy: `${error.remedy} Push again to continue: files that were uploaded are not sent again.`.trim(),
    cause: error,
  });
}
