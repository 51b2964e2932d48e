// Files of run and model folders, which may come from strangers: no link leads outside, no file is larger than
// its reader expects, and nothing is written or copied through a link.
import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { HumanError } from "../common/errors.ts";
import { systemError } from "../common/systemErrors.ts";
import { isNamedInside } from "./insideFolder.ts";
import { linkRemedy, noFollow, openOwnFileSync, readOwnTextSync, requirePlain } from "./ownFile.ts";

/** Maximum bytes of a file in a run folder. Pinch writes no larger ones, and they would fill the memory. */
export const largestOwnFile = {
  /** run.json, metrics.json and other files that are one object; a run's record has a line per example. */
  record: 256 * 1024 * 1024,
  /** samples.jsonl, events.jsonl, verdicts: one line per response, step or verdict. */
  lines: 256 * 1024 * 1024,
} as const;

const tooLarge =
  "Restore it, or delete the run. Where Pinch wrote it, evaluate fewer prompts (evaluate.prompts).";

/**
 * Opens a file that is written in place.
 * @param flags Flags of `open`. Without O_CREAT, the file must exist.
 * @returns File descriptor
 * @throws HumanError unless it is a regular file with only this name
 */
export function openPlainFile(path: string, flags: number): number {
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before !== undefined) requirePlain(path, before);
  const descriptor = openSync(path, flags | noFollow);
  if (fstatSync(descriptor).nlink <= 1) return descriptor;
  closeSync(descriptor);
  throw new HumanError(`${path} is also known by another name (a hard link), which would change with it.`, {
    remedy: "Replace it with a copy of itself.",
  });
}

/**
 * Reads the text of a file in a folder that may come from a stranger; invalid UTF-8 becomes U+FFFD.
 * @param name Path below the folder, with `/`.
 * @returns null if the file does not exist
 * @throws HumanError if it is a link or not a regular file, is outside the folder, is larger than `maxBytes`
 * or can't be read
 */
export function readTextWithin(
  folder: string,
  name: string,
  { maxBytes }: { readonly maxBytes: number },
): string | null {
  const path = join(folder, name);
  return readable(path, () => readOwnTextSync(path, { maxBytes, within: folder, remedy: tooLarge }));
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof HumanError ? cause : (systemError(cause, `${path} can't be read`) ?? cause);
  }
}

/**
 * Reads the text of a file in a run folder.
 * @param within Folder that no link may leave.
 * @throws The system's error if the file does not exist; HumanError as in `readTextWithin`
 */
export function readRunFile(path: string, kind: keyof typeof largestOwnFile, within = dirname(path)): string {
  lstatSync(path);
  return readTextWithin(within, relative(within, path), { maxBytes: largestOwnFile[kind] }) ?? "";
}

/**
 * Reports whether the file exists. @throws HumanError if it is a link or not a regular file, or is outside
 * the folder
 */
export function isOwnFileThere(folder: string, name: string): boolean {
  const path = join(folder, name);
  const descriptor = readable(path, () => openOwnFileSync(path, folder));
  if (descriptor !== null) closeSync(descriptor);
  return descriptor !== null;
}

/**
 * Call before writing into an existing run folder or copying from one.
 * @throws HumanError if it is a link or contains anything but files and folders, at any depth
 */
export function requirePlainFolder(folder: string): void {
  const own = lstatSync(folder, { throwIfNoEntry: false });
  if (own === undefined) return; // reported by whoever reads it
  if (own.isSymbolicLink())
    throw new HumanError(`${folder} is a link.`, {
      remedy: `Name the folder itself: ${resolve(dirname(folder), readlinkSync(folder))}`,
    });
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Windows lists the files of a cloud folder as links. Only a check of each file tells them apart.
    const status = entry.isFile() || entry.isDirectory() ? entry : lstatSync(path);
    if (status.isDirectory()) requirePlainFolder(path);
    else requirePlain(path, status);
  }
}

/**
 * Those of the named files of a model folder that exist and may be copied unchanged. Links may lead to other
 * files of the folder and into the Hub's cache, whose snapshots consist of links.
 * @param hubCache The user's own cache.
 * @throws HumanError for a link that leads elsewhere
 */
export function ownModelFiles(folder: string, names: readonly string[], hubCache: string): string[] {
  return names.filter(name => {
    const path = join(folder, name);
    if (!existsSync(path)) return false;
    const target = realpathSync(path);
    const inside = isNamedInside(realpathSync(folder), target) || isBlob(target, folder, hubCache);
    if (inside && lstatSync(target).isFile()) return true;
    throw new HumanError(`${path} leads outside the model's folder, to ${target}: it is not copied.`, {
      remedy: linkRemedy,
    });
  });
}

/**
 * Matches `<cache>/models--<organisation>--<name>/blobs/<hash>`, in the user's cache or the one that contains
 * the folder.
 */
function isBlob(target: string, folder: string, hubCache: string): boolean {
  const blobs = dirname(target);
  if (basename(blobs) !== "blobs") return false;
  const snapshots = dirname(realpathSync(folder));
  if (basename(snapshots) === "snapshots" && dirname(snapshots) === dirname(blobs)) return true;
  const cache = existsSync(hubCache) ? realpathSync(hubCache) : null;
  return (
    cache !== null && dirname(dirname(blobs)) === cache && basename(dirname(blobs)).startsWith("models--")
  );
}
