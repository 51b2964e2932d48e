// Brings a model of the Hub into Hugging Face's own cache, pinned to one commit, as huggingface_hub lays it out.
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { copyFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import { HumanError, messageOf } from "../../common/errors.ts";
import { writeFileAtomically } from "../files/atomicWrite.ts";
import { throwIfCancelled } from "../recipes/cancelled.ts";
import { fetchBlob } from "./blob.ts";
import type { Hub } from "./hub.ts";
import { type HubFile, neededFiles, parseModelId, readRepository } from "./repository.ts";

export interface Downloaded {
  /** As a mixture file names it. */
  readonly model: string;
  /** Folder of the snapshot. */
  readonly folder: string;
  readonly commit: string;
  /** Of all files, those that were here before included. */
  readonly bytes: number;
}

/** Room that is left free on the disk. */
const spareBytes = 256 * 2 ** 20;
const defaultRevision = "main";

/**
 * Files appear in the snapshot when all of them are here, and the revision's name last: a reader finds the whole
 * model or none.
 * @param cache The folder that `models--…` lie in.
 * @param onProgress Bytes here of all bytes.
 */
export async function downloadModel(
  hub: Hub,
  asked: { readonly id: string; readonly revision: string | null; readonly cache: string },
  onProgress: (done: number, total: number, file: string) => void,
): Promise<Downloaded> {
  const { repository: id, file } = parseModelId(asked.id);
  const revision = checkedRevision(asked.revision ?? defaultRevision);
  const repository = await readRepository(hub, id, revision);
  const files = neededFiles(repository, file);
  const folder = join(asked.cache, `models--${id.replace("/", "--")}`);
  const blobs = join(folder, "blobs");
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  await refuseWithoutRoom(asked.cache, files, blobs);
  let done = 0;
  for (const one of files) {
    onProgress(done, total, one.name);
    const path = join(blobs, one.hash.value);
    const report = (bytes: number): void => onProgress(done + bytes, total, one.name);
    const { commit } = repository;
    await fetchBlob(hub, { repository: id, commit, file: one, path, onProgress: report });
    done += one.bytes;
  }
  throwIfCancelled(hub.signal);
  const snapshot = join(folder, "snapshots", repository.commit);
  // Configuration last: without it nothing takes the folder for a model.
  const weightsFirst = [...files].sort(
    (a, b) => Number(a.name === "config.json") - Number(b.name === "config.json"),
  );
  for (const one of weightsFirst) await link(snapshot, blobs, one);
  if (revision !== repository.commit)
    writeFileAtomically(join(folder, "refs", ...revision.split("/")), repository.commit);
  onProgress(total, total, "");
  const model = file === null ? id : `${id}/${file}`;
  return { model, folder: snapshot, commit: repository.commit, bytes: total };
}

/** It becomes the name of a file. */
function checkedRevision(revision: string): string {
  if (/^[\w][\w./-]*$/.test(revision) && !revision.split("/").includes("..")) return revision;
  throw new HumanError(`${revision} is not a revision.`, { remedy: "Write a branch, a tag or a commit." });
}

async function refuseWithoutRoom(cache: string, files: readonly HubFile[], blobs: string): Promise<void> {
  const missing = files.filter(({ hash }) => !existsSync(join(blobs, hash.value)));
  const needed = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  mkdirSync(cache, { recursive: true });
  const { bavail, bsize } = await statfs(cache);
  const free = bavail * bsize;
  if (needed + spareBytes <= free) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new HumanError(`The model takes ${gigabytes(needed)}, and ${gigabytes(free)} are free in ${cache}.`, {
    kind: "run",
    remedy: "Free some space, or name a folder on another disk in HF_HOME.",
  });
}

/** A symbolic link, as huggingface_hub makes it; a copy where the system refuses links. */
async function link(snapshot: string, blobs: string, { name, hash }: HubFile): Promise<void> {
  mkdirSync(snapshot, { recursive: true });
  const place = join(snapshot, name);
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) {
    if (existsSync(place)) return;
    rmSync(place); // a link into nothing
  }
  try {
    symlinkSync(join("..", "..", "blobs", hash.value), place, "file");
  } catch (error) {
    if (process.platform !== "win32") throw error;
    try {
      await copyFile(join(blobs, hash.value), place);
    } catch (cause) {
      rmSync(place, { force: true });
      throw new HumanError(`${place} can't be written (${messageOf(cause)}).`, {
        kind: "run",
        remedy: "Switch on Windows' developer mode, which allows links, or free some space.",
        cause,
      });
    }
  }
}
