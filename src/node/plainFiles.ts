// Safe access to files of workspace, run and model folders, which may come from strangers: no link leads
// outside, no file is larger than its reader expects, and nothing is written or copied through a link.
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { HumanError } from "../common/errors.ts";
import { systemCode, systemError } from "../common/systemErrors.ts";

/** On systems that can't reject links when opening (Windows), the preceding check has to suffice. */
const noFollow = constants.O_NOFOLLOW ?? 0;
/** Keeps `open` from blocking if a pipe has replaced the file in the meantime. */
const noWaiting = constants.O_NONBLOCK ?? 0;

/** Maximum bytes of a file in a run folder. Pinch writes no larger ones, and they would fill the memory. */
export const largestOwnFile = {
  /** run.json, metrics.json and other files that are one object; a run's record has a line per example. */
  record: 256 * 1024 * 1024,
  /** samples.jsonl, events.jsonl, verdicts: one line per response, step or verdict. */
  lines: 256 * 1024 * 1024,
} as const;

const linkRemedy =
  "Replace the link with a copy of what it points to, or delete it if it does not belong there.";

/**
 * Opens a file that is written in place.
 * @param flags Flags of `open`. Without O_CREAT, the file must exist.
 * @returns File descriptor
 * @throws HumanError unless it is a regular file with only this name
 */
export function openPlainFile(path: string, flags: number): number {
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before?.isSymbolicLink() === true) throw linkError(path);
  // Anything but a regular file (a pipe, say) might block `open`.
  if (before !== undefined && !before.isFile()) throw notPlain(path);
  const descriptor = openSync(path, flags | noFollow);
  if (fstatSync(descriptor).nlink <= 1) return descriptor;
  closeSync(descriptor);
  throw new HumanError(`${path} is also known by another name (a hard link), which would change with it.`, {
    remedy: "Replace it with a copy of itself.",
  });
}

/**
 * Reads a file in a folder that may come from a stranger.
 * @param name Path below the folder, with `/`.
 * @returns null if the file does not exist
 * @throws HumanError if it is a link or not a regular file, is outside the folder, is larger than `maxBytes`
 * or can't be read
 */
function readOwnBytes(
  folder: string,
  name: string,
  { maxBytes }: { readonly maxBytes: number },
): Buffer | null {
  const descriptor = openOwnFile(folder, name);
  if (descriptor === null) return null;
  try {
    const { size } = fstatSync(descriptor);
    if (size > maxBytes) throw tooLarge(join(folder, name), size, maxBytes);
    // Anything appended in the meantime is left for the next reader.
    const bytes = Buffer.allocUnsafe(size);
    let read = 0;
    for (let count = -1; count !== 0 && read < size; read += count)
      count = readSync(descriptor, bytes, read, size - read, read);
    return bytes.subarray(0, read);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads the file as text; invalid UTF-8 becomes U+FFFD. */
export function readOwnText(
  folder: string,
  name: string,
  limit: { readonly maxBytes: number },
): string | null {
  return readOwnBytes(folder, name, limit)?.toString("utf8") ?? null;
}

/**
 * Reads the text of a file in a run folder.
 * @param within Folder that no link may leave.
 * @throws The system's error if the file does not exist; HumanError as in `readOwnBytes`
 */
export function readRunFile(path: string, kind: keyof typeof largestOwnFile, within = dirname(path)): string {
  lstatSync(path);
  return readOwnText(within, relative(within, path), { maxBytes: largestOwnFile[kind] }) ?? "";
}

/**
 * Reports whether the file exists. @throws HumanError if it is a link or not a regular file, or is outside
 * the folder
 */
export function isOwnFileThere(folder: string, name: string): boolean {
  const descriptor = openOwnFile(folder, name);
  if (descriptor !== null) closeSync(descriptor);
  return descriptor !== null;
}

/** Returns a descriptor for reading, with the same checks as `readOwnBytes`. */
function openOwnFile(folder: string, name: string): number | null {
  const path = join(folder, name);
  try {
    const before = lstatSync(path, { throwIfNoEntry: false });
    if (before === undefined) return null;
    if (before.isSymbolicLink()) throw linkError(path);
    if (!before.isFile()) throw notPlain(path);
    const own = realpathSync(folder);
    const parent = realpathSync(dirname(path));
    if (parent !== own && !isBelow(parent, own))
      throw new HumanError(`${path} is outside ${folder}, in ${parent}.`, { remedy: linkRemedy });
    return openSync(path, constants.O_RDONLY | noFollow | noWaiting);
  } catch (cause) {
    if (cause instanceof HumanError) throw cause;
    const code = systemCode(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw systemError(cause, `${path} can't be read`) ?? cause;
  }
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
    if (status.isSymbolicLink()) throw linkError(path);
    if (status.isDirectory()) requirePlainFolder(path);
    else if (!status.isFile()) throw notPlain(path);
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
    const inside = isBelow(target, realpathSync(folder)) || isBlob(target, folder, hubCache);
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

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && join(folder, way) === path;
}

function linkError(path: string): HumanError {
  return new HumanError(`${path} is a link; run folders contain only files and folders.`, {
    remedy: linkRemedy,
  });
}

function tooLarge(path: string, bytes: number, most: number): HumanError {
  const mebibytes = (count: number) => `${Math.ceil(count / 1024 / 1024)} MiB`;
  return new HumanError(`${path} has ${mebibytes(bytes)}; at most ${mebibytes(most)} is read.`, {
    remedy: "Restore it, or delete the run. Where Pinch wrote it, evaluate fewer prompts (evaluate.prompts).",
  });
}

function notPlain(path: string): HumanError {
  return new HumanError(`${path} is not a regular file.`, { remedy: "Remove it." });
}
