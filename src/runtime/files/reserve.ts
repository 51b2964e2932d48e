// Reserves a few kilobytes on disk for a run, so that its record can still be completed when the disk is
// full.
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../common/systemErrors.ts";
import { reserveFile } from "../../core/records/records.ts";

/** Size in bytes. A record has 5 to 20 kB and is written next to the previous one. */
const reservedBytes = 64 * 1024;

/**
 * Ignores errors: a disk without room for this has none for a run. The bytes are incompressible, so that they
 * take up their nominal size.
 */
export function keepReserve(folder: string): void {
  writeFileSync(join(folder, reserveFile), randomBytes(reservedBytes));
}

export function releaseReserve(folder: string): void {
  rmSync(join(folder, reserveFile), { force: true });
}

/** Runs `write`; if there is no room, tries once more without the reserve. */
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
