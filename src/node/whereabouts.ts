// What can be told at once of a process that a record names.
import { isSamePlace, type Place, thisPlace } from "./place.ts";
import { isProcessAlive } from "./processes.ts";

export interface RecordedProcess {
  readonly pid: number;
  /** Absent in older records: then its id is looked for here. */
  readonly owner?: Place & { readonly processStarted: string | null };
}

/** `elsewhere`: in another container or on another machine, where only its signs of life tell. */
export type Whereabouts = "alive" | "gone" | "elsewhere";

export function whereaboutsOf({ pid, owner }: RecordedProcess): Whereabouts {
  if (owner !== undefined && !isSamePlace(owner, thisPlace())) return "elsewhere";
  return isProcessAlive(pid, owner?.processStarted ?? null) ? "alive" : "gone";
}
