// Identifies where a process runs, because process ids are meaningful only within one such place.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Scope of process ids: processes of the same place see each other's. */
export interface Place {
  /** Name of the machine. */
  readonly host: string;
  /**
   * Identifies the last boot of the machine, because containers often share a name. Null if the system does
   * not report it.
   */
  readonly boot: string | null;
  /** Namespace of process ids, which containers have of their own. Null if the system has none. */
  readonly space: string | null;
}

let known: Place | null = null;

/** Place of this process. */
export function thisPlace(): Place {
  known ??= {
    host: hostname(),
    boot: orNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    space: orNull(() => readlinkSync("/proc/self/ns/pid")),
  };
  return known;
}

/** Fields missing in older records count as equal. */
export function isSamePlace(one: Partial<Place>, other: Place): boolean {
  const equal = (a: string | null | undefined, b: string | null): boolean => (a ?? b) === b;
  return one.host === other.host && equal(one.boot, other.boot) && equal(one.space, other.space);
}

function orNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
