// Whether a path lies in a folder, links followed: where something is written that a workspace names.
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

/** By their names, links not followed. */
export function isNamedInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Where a path leads that may not be there yet; links of the part that is are followed. */
export function leadsTo(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(leadsTo(dirname(path)), basename(path));
}

/** What is written there stays in the folder. */
export function isReallyInside(folder: string, path: string): boolean {
  return isNamedInside(leadsTo(folder), leadsTo(path));
}
