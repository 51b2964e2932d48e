// Types of the queue of runs: its entries, what it depends on, and how an entry ends.

import type { Stoppable } from "../../common/emitter.ts";
import { HumanError, messageOf } from "../../common/errors.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import type { QueueEntry } from "../../core/live/queue.ts";
import type { RunRecord } from "../../core/records/records.ts";
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

/** Where the runs of a mixture file go. */
export interface RunPlace {
  /** Path of the mixture file. */
  readonly file: string;
  /** Folder that run folders are created in. */
  readonly out: string;
  readonly device: DeviceChoice;
  readonly lock: FolderLock;
}

/** What an earlier process left of a run. */
export interface LeftRun {
  readonly status: RunRecord["status"];
  /** URI of its folder, if it can be resumed. */
  readonly resume: string | null;
}

/** The run folders, as the queue needs them. */
export interface QueueStore {
  claim(pid: number): Stoppable;
  close(pid: number, status: "failed" | "cancelled", error: RunRecord["error"]): Promise<unknown>;
  /** The run that this process wrote, once the process is gone; null: none. */
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
  /** Of a `resume` of the queue. */
  readonly pathOf: (uri: string) => string;
  /** Of every folder of this window. */
  readonly locks: () => readonly FolderLock[];
  readonly limits?: RunLimits;
  /** Between two signs of life, and two looks at other windows, in milliseconds. */
  readonly beatMs?: number;
}

/** How an entry left the queue; `elsewhere`: another window worked it off; `paused`: it did not, it waits for a person. */
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
