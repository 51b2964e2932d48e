// How much memory a run may take on this machine right now.
import { freemem, platform, totalmem } from "node:os";

/** macOS keeps files in memory that it calls free only when it needs it: at least this share counts as free there. */
const macShare = 0.5;

/** Bytes that can be had without another program losing any; a limit on this process, as of a container, counts. */
export function freeMemory(): number {
  const free = platform() === "darwin" ? Math.max(freemem(), macShare * totalmem()) : freemem();
  const limit = process.constrainedMemory(); // 0 or beyond the machine's memory: none
  return limit > 0 && limit < totalmem() ? Math.min(free, limit - process.memoryUsage.rss()) : free;
}
