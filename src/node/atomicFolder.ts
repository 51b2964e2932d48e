// Creates a folder that appears under its name only once everything in it is on disk.

import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { HumanError } from "../common/errors.ts";
import { systemError } from "../common/systemErrors.ts";
import { renameWithRetry } from "./atomicWrite.ts";
import { removeAbandoned, temporaryPath } from "./temporaryFiles.ts";

/** @throws HumanError unless the path is free: it does not exist, or is an empty folder. */
export function requireFreeFolder(path: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory() && readdirSync(path).length === 0) return;
  throw new HumanError(`${path} exists already.`, { remedy: "Choose a new or an empty folder." });
}

/** `write` fills the given folder. If it fails, nothing of the folder remains. */
export async function writeFolderAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const target = resolve(path);
  requireFreeFolder(target);
  removeAbandoned(dirname(target)); // may be a whole model, if an export was killed
  const temporary = temporaryPath(target);
  try {
    mkdirSync(temporary, { recursive: true });
  } catch (cause) {
    throw systemError(cause, `${target} can't be created`) ?? cause;
  }
  try {
    await write(temporary);
    if (existsSync(target)) rmdirSync(target);
    renameWithRetry(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
    throw systemError(error, `${target} can't be written`) ?? error;
  }
}
