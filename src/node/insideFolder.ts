// Checks whether a path is inside a folder after following links, for files whose path a workspace specifies.
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

/** Compares names without following links. */
export function isNamedInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Resolves a path that need not exist yet. Links in its existing part are followed. */
export function leadsTo(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(leadsTo(dirname(path)), basename(path));
}

/** True if a file written there stays in the folder. */
export function isReallyInside(folder: string, path: string): boolean {
  return isNamedInside(leadsTo(folder), leadsTo(path));
}
