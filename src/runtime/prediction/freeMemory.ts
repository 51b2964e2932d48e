// Determines the memory that a run may use on this machine right now.
import { freemem, platform, totalmem } from "node:os";

/**
 * Minimum share of memory that counts as free on macOS, which caches files in memory and frees it only on
 * demand.
 */
const macShare = 0.5;

/**
 * Bytes available without taking any from other programs. Limits on this process, such as those of a
 * container, apply.
 */
export function freeMemory(): number {
  const free = platform() === "darwin" ? Math.max(freemem(), macShare * totalmem()) : freemem();
  const limit = process.constrainedMemory(); // 0 or more than the machine's memory means no limit
  return limit > 0 && limit < totalmem() ? Math.min(free, limit - process.memoryUsage.rss()) : free;
}
