// Where a process runs: process ids mean something within one place only.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Two processes of one place see each other's ids. */
export interface Place {
  /** Name of the machine. */
  readonly host: string;
  /** Of the machine's last start; containers often share a name. null: the system doesn't say. */
  readonly boot: string | null;
  /** Namespace of process ids: a container has its own. null: the system has none. */
  readonly space: string | null;
}

let known: Place | null = null;

/** Of this process. */
export function thisPlace(): Place {
  known ??= {
    host: hostname(),
    boot: orNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    space: orNull(() => readlinkSync("/proc/self/ns/pid")),
  };
  return known;
}

/** What older records don't say is taken as equal. */
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
