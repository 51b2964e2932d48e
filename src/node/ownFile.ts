// Safe access to files of a folder that may come from a stranger: regular files, no links, none outside the
// folder, no larger than Pinch writes them.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { dirname } from "node:path";
import { HumanError } from "../common/errors.ts";
import { systemCode } from "../common/systemErrors.ts";
import { isNamedInside } from "./insideFolder.ts";

/** On systems that can't reject links when opening (Windows), the preceding check has to suffice. */
export const noFollow = constants.O_NOFOLLOW ?? 0;
/** Keeps `open` from blocking if a pipe or device has replaced the file between two checks. */
const noWaiting = constants.O_NONBLOCK ?? 0;
const flags = constants.O_RDONLY | noFollow | noWaiting;

export const linkRemedy =
  "Replace the link with a copy of what it points to, or delete it if it does not belong there.";

/** What is read of a file. */
interface Limits {
  readonly maxBytes: number;
  /** Folder that no link may leave. */
  readonly within?: string;
  /** What to do about a larger file. */
  readonly remedy?: string;
}

/** @throws HumanError for a link, and for anything but a regular file, which might block `open` */
export function requirePlain(path: string, found: Pick<Stats, "isFile" | "isSymbolicLink">): void {
  if (found.isFile()) return;
  if (found.isSymbolicLink())
    throw new HumanError(`${path} is a link; Pinch writes only files and folders here.`, {
      remedy: linkRemedy,
    });
  throw new HumanError(`${path} is not a regular file.`, { remedy: "Remove it: Pinch made no such file." });
}

/** @throws HumanError if the folder of the file is outside this one */
function requireWithin(path: string, folder: string): void {
  const parent = realpathSync(dirname(path));
  const own = realpathSync(folder);
  if (isNamedInside(own, parent)) return;
  throw new HumanError(`${path} is outside ${folder}, in ${parent}.`, { remedy: linkRemedy });
}

function requireSmall(path: string, size: number, { maxBytes, remedy }: Limits): void {
  if (size <= maxBytes) return;
  const [has, most] = [size, maxBytes].map(count => count.toLocaleString("en"));
  throw new HumanError(`${path} has ${has} bytes; at most ${most} are read.`, {
    remedy: remedy ?? "Remove it: Pinch wrote no such file.",
  });
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "");
}

/** @returns null if there is none. @throws HumanError for a link, a device or a pipe */
export async function openOwnFile(path: string): Promise<FileHandle | null> {
  try {
    requirePlain(path, await lstat(path));
    return await open(path, flags);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Synchronous variant, returning a descriptor.
 * @throws HumanError as in `openOwnFile`, and if it is not within the folder
 */
export function openOwnFileSync(path: string, within?: string): number | null {
  try {
    requirePlain(path, lstatSync(path));
    if (within !== undefined) requireWithin(path, within);
    return openSync(path, flags);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** @returns null if there is none. @throws HumanError as in `openOwnFile`, and if it is larger */
export async function readOwnText(path: string, maxBytes: number): Promise<string | null> {
  const file = await openOwnFile(path);
  if (file === null) return null;
  try {
    requireSmall(path, (await file.stat()).size, { maxBytes });
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** Synchronous variant. Invalid UTF-8 becomes U+FFFD. */
export function readOwnTextSync(path: string, limits: Limits): string | null {
  const descriptor = openOwnFileSync(path, limits.within);
  if (descriptor === null) return null;
  try {
    const { size } = fstatSync(descriptor);
    requireSmall(path, size, limits);
    // Anything appended in the meantime is left for the next reader.
    const bytes = Buffer.allocUnsafe(size);
    let read = 0;
    for (let count = -1; count !== 0 && read < size; read += count)
      count = readSync(descriptor, bytes, read, size - read, read);
    return bytes.toString("utf8", 0, read);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Opens a file for reading. Links are allowed, because users' model folders consist of them.
 * @throws Errors of the system; HumanError for a pipe or a device, which would block the reader
 */
export function openRegularFile(path: string): number {
  requirePlain(path, statSync(path));
  return openSync(path, constants.O_RDONLY | noWaiting);
}
