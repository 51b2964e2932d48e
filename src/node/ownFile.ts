// Safe access to small files of a workspace that may come from a stranger: regular files, no links, no larger
// than Pinch writes them.
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { HumanError } from "../common/errors.ts";

/** Keeps a pipe or device that replaces a file between two checks from blocking. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

interface Found {
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

function requirePlain(path: string, found: Found): void {
  if (found.isFile()) return;
  throw new HumanError(`${path} is ${found.isSymbolicLink() ? "a link" : "not a regular file"}.`, {
    remedy: "Pinch made no such file: remove it.",
  });
}

function requireSmall(path: string, size: number, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new HumanError(`${path} has ${size} bytes; at most ${maxBytes} are read.`, {
    remedy: "Pinch wrote no such file: remove it.",
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
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

/** @returns null if there is none. @throws HumanError as in `openOwnFile`, and if it is larger */
export async function readOwnText(path: string, maxBytes: number): Promise<string | null> {
  const file = await openOwnFile(path);
  if (file === null) return null;
  try {
    requireSmall(path, (await file.stat()).size, maxBytes);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/**
 * Opens a file for reading. Links are allowed, because users' model folders consist of them.
 * @throws Errors of the system; HumanError for a pipe or a device, which would block the reader
 */
export function openRegularFile(path: string): number {
  requirePlain(path, statSync(path));
  return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}

/** Synchronous variant, for a few hundred bytes. */
export function readOwnTextSync(path: string, maxBytes: number): string | null {
  try {
    requirePlain(path, lstatSync(path));
    const descriptor = openSync(path, flags);
    try {
      const { size } = fstatSync(descriptor);
      requireSmall(path, size, maxBytes);
      const bytes = Buffer.alloc(size);
      return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, size, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
