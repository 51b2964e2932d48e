// Files of one commit in Hugging Face's own cache, in huggingface_hub's layout: blobs by hash, and snapshots
// that link to them.

import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { copyFile, statfs } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { writeFileAtomically } from "../../node/atomicWrite.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { fetchBlob } from "./blob.ts";
import type { Hub } from "./hub.ts";
import { filePath, type HubFile, type HubPlace, type HubRepository } from "./repository.ts";

/** Receives the bytes available so far and the total. */
export type OnProgress = (done: number, total: number, file: string) => void;

/** Bytes of disk space to leave free. */
const spareBytes = 256 * 2 ** 20;

/** @param cache Folder that contains `models--…`. */
export function repositoryFolder(cache: string, { kind, id }: HubPlace): string {
  return join(cache, `${kind}s--${id.replace("/", "--")}`);
}

export function snapshotFolder(cache: string, repository: HubPlace & { readonly commit: string }): string {
  return join(repositoryFolder(cache, repository), "snapshots", repository.commit);
}

/** Path of a blob, named by its hash; without a hash by commit and name, which identify the contents too. */
export function blobPath(
  cache: string,
  repository: HubPlace & { readonly commit: string },
  { name, hash }: HubFile,
): string {
  const own = hash?.value ?? `unchecked-${sha256OfText(`${repository.commit}/${name}`)}`;
  return join(repositoryFolder(cache, repository), "blobs", own);
}

/** Maximum bytes of a file that is read first: cards and indexes have a few megabytes at most. */
const largestTelling = 50_000_000;

/**
 * Downloads one small file that determines what else is needed. @returns Its path. @throws HumanError if it
 * is not small.
 */
export async function fetchFile(
  hub: Hub,
  repository: HubRepository,
  file: HubFile,
  cache: string,
): Promise<string> {
  if (file.bytes > largestTelling)
    throw new HumanError(
      `${file.name} of ${repository.id} has ${Math.round(file.bytes / 1e6)} MB, where a few are expected.`,
      {
        kind: "run",
        remedy: "Choose another repository, or download it by other means and name the folder.",
      },
    );
  const path = blobPath(cache, repository, file);
  await fetchBlob(hub, { url: filePath(repository, file.name), file, path, onProgress: () => undefined });
  return path;
}

/**
 * Files appear in the snapshot once all are downloaded, in the order given: a reader that looks for the last
 * one finds all or none.
 * @returns Folder of the snapshot.
 */
export async function fetchSnapshot(
  hub: Hub,
  repository: HubRepository,
  files: readonly HubFile[],
  cache: string,
  onProgress: OnProgress,
): Promise<string> {
  const total = bytesOf(files);
  await refuseWithoutRoom(repository, files, cache);
  let done = 0;
  for (const file of files) {
    onProgress(done, total, file.name);
    const path = blobPath(cache, repository, file);
    const report = (bytes: number): void => onProgress(done + bytes, total, file.name);
    await fetchBlob(hub, { url: filePath(repository, file.name), file, path, onProgress: report });
    done += file.bytes;
  }
  throwIfCancelled(hub.signal);
  const folder = snapshotFolder(cache, repository);
  for (const file of files) await link(join(folder, file.name), blobPath(cache, repository, file));
  onProgress(total, total, "");
  return folder;
}

export function bytesOf(files: readonly HubFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Records the commit of a branch or tag. */
export function writeRevision(
  cache: string,
  repository: HubPlace & { readonly commit: string },
  revision: string,
): void {
  if (revision === repository.commit) return;
  const path = join(repositoryFolder(cache, repository), "refs", ...revision.split("/"));
  writeFileAtomically(path, repository.commit);
}

async function refuseWithoutRoom(
  place: HubPlace & { readonly commit: string },
  files: readonly HubFile[],
  cache: string,
): Promise<void> {
  const needed = bytesOf(files.filter(file => !existsSync(blobPath(cache, place, file))));
  mkdirSync(cache, { recursive: true });
  const { bavail, bsize } = await statfs(cache);
  const free = bavail * bsize;
  if (needed + spareBytes <= free) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new HumanError(
    `The ${place.kind} takes ${gigabytes(needed)}, and ${gigabytes(free)} are free in ${cache}.`,
    { kind: "run", remedy: "Free some space, or name a folder on another disk in HF_HOME." },
  );
}

/** Creates a symbolic link, like huggingface_hub; a copy if the system rejects links. */
async function link(place: string, blob: string): Promise<void> {
  mkdirSync(dirname(place), { recursive: true });
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) {
    if (existsSync(place)) return;
    rmSync(place); // a dangling link
  }
  try {
    symlinkSync(relative(dirname(place), blob), place, "file");
  } catch (error) {
    if (process.platform !== "win32") throw error;
    try {
      await copyFile(blob, place);
    } catch (cause) {
      rmSync(place, { force: true });
      const also = "Windows' developer mode allows links, which need no space.";
      throw systemError(cause, `${place} can't be written`, also) ?? cause;
    }
  }
}
