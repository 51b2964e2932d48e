// Files of run and model folders, which may come from strangers: nothing is written or passed on through a link.
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { HumanError } from "../../common/errors.ts";

/** Where the system can't refuse links while opening (Windows), the look before has to do. */
const noFollow = constants.O_NOFOLLOW ?? 0;

const linkRemedy =
  "Replace the link by a copy of what it points to, or delete it if it does not belong there.";

/**
 * Opens a file that is written in place.
 * @param flags As `open` takes them; without O_CREAT the file must be there.
 * @returns a descriptor
 * @throws HumanError unless it is a regular file with this one name
 */
export function openPlainFile(path: string, flags: number): number {
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before?.isSymbolicLink() === true) throw linkError(path);
  // What is no regular file (a pipe, say) might keep `open` waiting.
  if (before !== undefined && !before.isFile()) throw notPlain(path);
  const descriptor = openSync(path, flags | noFollow);
  if (fstatSync(descriptor).nlink <= 1) return descriptor;
  closeSync(descriptor);
  throw new HumanError(`${path} is also known by another name (a hard link), which would change with it.`, {
    remedy: "Replace it by a copy of itself.",
  });
}

/**
 * Comes before anything is written into a run folder that was there, or copied out of one.
 * @throws HumanError when it is a link, or holds anything but files and folders, at any depth
 */
export function requirePlainFolder(folder: string): void {
  const own = lstatSync(folder, { throwIfNoEntry: false });
  if (own === undefined) return; // whoever reads it says so
  if (own.isSymbolicLink())
    throw new HumanError(`${folder} is a link.`, {
      remedy: `Name the folder itself: ${resolve(dirname(folder), readlinkSync(folder))}`,
    });
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Windows lists the files of a cloud folder as links; asked one by one, it tells them apart.
    const status = entry.isFile() || entry.isDirectory() ? entry : lstatSync(path);
    if (status.isSymbolicLink()) throw linkError(path);
    if (status.isDirectory()) requirePlainFolder(path);
    else if (!status.isFile()) throw notPlain(path);
  }
}

/**
 * The files of a model folder that are passed on as they are: of the names, those that are there. Links may lead to
 * other files of the folder, and into the Hub's cache, whose snapshots are made of links.
 * @param hubCache The person's own.
 * @throws HumanError for a link that leads elsewhere
 */
export function ownModelFiles(folder: string, names: readonly string[], hubCache: string): string[] {
  return names.filter(name => {
    const path = join(folder, name);
    if (!existsSync(path)) return false;
    const target = realpathSync(path);
    const inside = isBelow(target, realpathSync(folder)) || isBlob(target, folder, hubCache);
    if (inside && lstatSync(target).isFile()) return true;
    throw new HumanError(`${path} leads out of the model's folder, to ${target}: it is not copied.`, {
      remedy: linkRemedy,
    });
  });
}

/** `<cache>/models--<organisation>--<name>/blobs/<hash>`, of the person's cache or of the one that the folder is in. */
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
  return new HumanError(`${path} is a link; a run folder holds files and folders only.`, {
    remedy: linkRemedy,
  });
}

function notPlain(path: string): HumanError {
  return new HumanError(`${path} is no regular file.`, { remedy: "Remove it." });
}
