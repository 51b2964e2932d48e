// A few kilobytes that a run keeps back on the disk, so that its record can say how it ended also when the disk is full.
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../common/systemErrors.ts";
import { reserveFile } from "../../core/records/records.ts";

/** A record has 5 to 20 kB; it is written beside the one before. */
const reservedBytes = 64 * 1024;

/** A disk that has no room for it has none for a run. Bytes that can't be compressed: they take what they say. */
export function keepReserve(folder: string): void {
  writeFileSync(join(folder, reserveFile), randomBytes(reservedBytes));
}

export function releaseReserve(folder: string): void {
  rmSync(join(folder, reserveFile), { force: true });
}

/** Tries once more without the reserve when there is no room. */
export function writingWithReserve<T>(folder: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const cause = error instanceof Error && systemCode(error) === null ? error.cause : error;
    const code = systemCode(cause);
    if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    releaseReserve(folder);
    return write();
  }
}
