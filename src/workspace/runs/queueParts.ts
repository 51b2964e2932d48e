// Types of the queue of runs: its entries, its dependencies, and the possible ends of an entry.

import type { Stoppable } from "../../common/emitter.ts";
import { HumanError, messageOf } from "../../common/errors.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import type { QueueEntry } from "../../core/live/queue.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import type { FolderLock } from "../../node/folderLock.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { DeviceChoice } from "../../protocol/runtime.ts";
import type { QueueFile } from "./queueFile.ts";
import type { RunLimits, RunResult } from "./runOne.ts";

/** A run to be queued. */
export type NewEntry = Pick<QueueEntry, "file" | "mixture" | "seed" | "inputs"> & {
  readonly resume?: string;
};

export function newEntry({ resume, ...entry }: NewEntry): QueueEntry {
  const id = globalThis.crypto.randomUUID();
  return { ...entry, id, resume: resume ?? null, pid: null, stop: false, own: true };
}

/** Destination of a mixture file's runs. */
export interface RunPlace {
  /** Path of the mixture file. */
  readonly file: string;
  /** Folder in which run folders are created. */
  readonly out: string;
  readonly device: DeviceChoice;
  readonly lock: FolderLock;
}

/** State in which an earlier process left a run. */
export interface LeftRun {
  readonly status: RunRecord["status"];
  /** URI of the run folder, if the run can be resumed. */
  readonly resume: string | null;
}

/** Access to the run folders, as required by the queue. */
export interface QueueStore {
  claim(pid: number): Stoppable;
  close(pid: number, status: "failed" | "cancelled", error: RunRecord["error"]): Promise<unknown>;
  /** The run written by this process, once the process has ended; null if there is none. */
  leftBehind(pid: number, entry: QueueEntry): Promise<LeftRun | null>;
  refresh(): Promise<void>;
}

export interface QueueParts {
  readonly file: QueueFile;
  readonly store: QueueStore;
  readonly launch: RuntimeLauncher;
  readonly log: { info(message: string): void; warn(message: string): void };
  /** @throws HumanError if the file, or the run to resume, is outside this window's folders. */
  readonly placeOf: (run: Pick<QueueEntry, "file" | "resume">) => RunPlace;
  /** Path of the run folder in a queue entry's `resume`. */
  readonly pathOf: (uri: string) => string;
  /** Locks of all folders of this window. */
  readonly locks: () => readonly FolderLock[];
  readonly limits?: RunLimits;
  /** Interval in milliseconds between heartbeats, and between checks of other windows. */
  readonly beatMs?: number;
}

/**
 * How an entry left the queue. `elsewhere`: another window processed it; `paused`: it is still queued and
 * needs a user's decision.
 */
export type EntryResult = RunResult | { readonly kind: "removed" | "elsewhere" | "paused" };

export interface EntryEnd {
  readonly entry: QueueEntry;
  readonly result: RunResult;
}

export function asHuman(error: unknown): HumanError {
  const told = humanErrorOf(error);
  if (told !== null) return told;
  return new HumanError(`The run can't start: ${messageOf(error)}`, {
    remedy: "Check that the workspace folder is writable.",
    cause: error,
  });
}
