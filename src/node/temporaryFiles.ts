// Names for what is still being written: they say whose it is, so that what a killed process left is found and removed.
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { thisPlace } from "./place.ts";
import { isProcessAlive, processStart } from "./processes.ts";
import { sha256OfText } from "./sha256.ts";

/** Nothing else carries this in its name. */
export const temporaryMark = ".pinch-tmp-";
/** Characters of a name that are kept: with the rest it must not be longer than a name may be. */
const keptLength = 40;
const hashLength = 8;

const short = (text: string): string => sha256OfText(text).slice(0, hashLength);

/** Beside `path`, for what will have its name. */
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

/** Removes from the folder itself what processes of this place left that are gone. */
export function removeAbandoned(folder: string): void {
  for (const name of namesIn(folder)) {
    const [, place, pid, start] = /\.pinch-tmp-([0-9a-f]+)-(\d+)-([0-9a-f]+)-[0-9a-f]+$/.exec(name) ?? [];
    if (place !== placeHash() || (isProcessAlive(Number(pid)) && startHash(Number(pid)) === start)) continue;
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what any process left, at any depth: only of a folder that this one alone writes. */
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
    return []; // whoever writes there is told
  }
}
