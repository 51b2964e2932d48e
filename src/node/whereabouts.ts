// Immediate assessment of a process that a record names.
import { isSamePlace, type Place, thisPlace } from "./place.ts";
import { isProcessAlive } from "./processes.ts";

export interface RecordedProcess {
  /** Missing in a record that someone edited; then there is no such process. */
  readonly pid?: number;
  /** Missing in older records; then its id is looked up on this machine. */
  readonly owner?: Place & { readonly processStarted: string | null };
}

/** `elsewhere` means in another container or on another machine, where only its heartbeat is visible. */
export type Whereabouts = "alive" | "gone" | "elsewhere";

export function whereaboutsOf({ pid, owner }: RecordedProcess): Whereabouts {
  if (owner !== undefined && !isSamePlace(owner, thisPlace())) return "elsewhere";
  return pid !== undefined && isProcessAlive(pid, owner?.processStarted ?? null) ? "alive" : "gone";
}
