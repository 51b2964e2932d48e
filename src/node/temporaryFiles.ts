// Names of files being written. They identify the writer, so that the remains of a killed process can be
// found and removed.
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { thisPlace } from "./place.ts";
import { isProcessAlive, processStart } from "./processes.ts";
import { sha256OfText } from "./sha256.ts";

/** Occurs in no other names. */
export const temporaryMark = ".pinch-tmp-";
/** Number of characters kept of a name, so that the result does not exceed the maximum length of names. */
const keptLength = 40;
const hashLength = 8;

const short = (text: string): string => sha256OfText(text).slice(0, hashLength);

/** Temporary path next to `path`, for a file that will be renamed to it. */
export function temporaryPath(path: string): string {
  const owner = `${placeHash()}-${process.pid}-${startHash(process.pid)}`;
  const name = [...basename(path)].slice(0, keptLength).join("");
  return join(dirname(path), `.${name}${temporaryMark}${owner}-${randomBytes(4).toString("hex")}`);
}

function placeHash(): string {
  const { host, boot, space } = thisPlace();
  return short(`${host} ${boot} ${space}`);
}

function startHash(pid: number): string {
  return short(processStart(pid) ?? "");
}

/** Removes what dead processes of this machine left directly in the folder. */
export function removeAbandoned(folder: string): void {
  for (const name of namesIn(folder)) {
    const [, place, pid, start] = /\.pinch-tmp-([0-9a-f]+)-(\d+)-([0-9a-f]+)-[0-9a-f]+$/.exec(name) ?? [];
    if (place !== placeHash() || (isProcessAlive(Number(pid)) && startHash(Number(pid)) === start)) continue;
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what any process left, at any depth. Only for a folder to which no other process writes. */
export function removeUnfinished(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.includes(temporaryMark)) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    else if (entry.isDirectory()) removeUnfinished(path);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // reported when that folder is written
  }
}
