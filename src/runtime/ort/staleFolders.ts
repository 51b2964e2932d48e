// Graph folders that a killed process left behind: found by the process id in them, and removed.
import { type Dirent, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive } from "../../machine/processes.ts";

/** Temporary folders of graphs begin so. */
export const graphFolderPrefix = "pinch-";
const ownerFile = "owner.pid";
/** A younger folder is left alone, in milliseconds: its process may not be seen yet from where this one runs. */
const leastAge = 60_000;

/** Marks a graph folder as this process's. */
export function claimFolder(folder: string): void {
  writeFileSync(join(folder, ownerFile), String(process.pid));
}

/** None where the folder of temporary files may be written but not listed: nothing rests on a clean-up. */
function foldersIn(parent: string): Dirent[] {
  try {
    return readdirSync(parent, { withFileTypes: true }).filter(
      entry => entry.isDirectory() && entry.name.startsWith(graphFolderPrefix),
    );
  } catch {
    return [];
  }
}

/** Removes what dead processes left; a folder that can't be removed stays. @returns the folders removed. */
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
      // No owner file (another program's folder), or somebody else's: not ours to remove.
    }
  }
  return removed;
}
