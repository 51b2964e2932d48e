// Writes files so that readers never see them incomplete: under a temporary name in the same folder, followed
// by a rename.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { systemError } from "../common/systemErrors.ts";
import { temporaryPath } from "./temporaryFiles.ts";

/** Number of attempts: on Windows, virus scanners and indexers keep new files open for some milliseconds. */
const renameAttempts = 6;
const renameWaitMs = 20;

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EPERM" || code === "EACCES" || code === "EBUSY";
}

function waitSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

export function renameWithRetry(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (process.platform !== "win32" || attempt === renameAttempts || !isBusy(error)) throw error;
      waitSync(renameWaitMs * 2 ** attempt);
    }
  }
}

/** Makes the folder's new entry durable. Windows has no such call and rejects it. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    offset += writeSync(descriptor, bytes, offset, bytes.length - offset);
  }
}

/**
 * Calls `write` with a descriptor open for writing. The file appears under its name when everything is on
 * disk.
 * @throws HumanError for errors of the system, with this name rather than the temporary one
 */
export function writeAtomicallyWith(path: string, write: (descriptor: number) => void): void {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    mkdirSync(folder, { recursive: true });
    const descriptor = openSync(temporary, "wx");
    try {
      write(descriptor);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameWithRetry(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw systemError(error, `${path} can't be written`) ?? error;
  }
  syncFolder(folder);
}

/** Ignores errors: their cause also made the write fail, which is reported. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The name is marked as temporary, so a later cleanup finds the file.
  }
}

export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  writeAtomicallyWith(path, descriptor => writeFully(descriptor, bytes));
}

/** Formats JSON with two spaces and a final newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function writeJsonAtomically(path: string, value: unknown): void {
  writeFileAtomically(path, jsonText(value));
}
