// Removes graph folders left behind by killed processes, identified by the process id in them.
import { type Dirent, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive } from "../../node/processes.ts";

/** Name prefix of temporary graph folders. */
export const graphFolderPrefix = "pinch-";
const ownerFile = "owner.pid";
/**
 * Minimum age in milliseconds of a folder to remove: the process of a younger one may not be visible from
 * here yet.
 */
const leastAge = 60_000;

/** Marks a graph folder as owned by this process. */
export function claimFolder(folder: string): void {
  writeFileSync(join(folder, ownerFile), String(process.pid));
}

/**
 * Lists the folders. Empty if the temporary folder is writable but not listable, since cleaning up is
 * optional.
 */
function foldersIn(parent: string): Dirent[] {
  try {
    return readdirSync(parent, { withFileTypes: true }).filter(
      entry => entry.isDirectory() && entry.name.startsWith(graphFolderPrefix),
    );
  } catch {
    return [];
  }
}

/**
 * Removes the folders of dead processes, as far as possible.
 * @returns Removed folders.
 */
export function removeStaleFolders(parent: string = tmpdir(), now: number = Date.now()): string[] {
  const removed: string[] = [];
  for (const entry of foldersIn(parent)) {
    const folder = join(parent, entry.name);
    try {
      const owner = join(folder, ownerFile);
      const pid = Number(readFileSync(owner, "utf8"));
      if (!Number.isInteger(pid) || pid <= 0 || isProcessAlive(pid)) continue;
      if (now - statSync(owner).mtimeMs < leastAge) continue;
      rmSync(folder, { recursive: true, force: true });
      removed.push(folder);
    } catch {
      // No owner file (the folder of another program), or another user's: not ours to remove.
    }
  }
  return removed;
}
