// Exclusive write access to a run folder: one process at a time, with a heartbeat that shows others that it
// is alive.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { runFiles } from "../../core/records/records.ts";
import type { RunOwner } from "../../core/records/runRecord.ts";
import { FolderLock, type LockRecord, staleAfterMs } from "../../node/folderLock.ts";
import { startHeartbeat } from "../../node/heartbeat.ts";
import { thisPlace } from "../../node/place.ts";
import { processStart } from "../../node/processes.ts";

interface Claim {
  readonly lock: FolderLock;
  readonly owner: RunOwner;
  readonly stopBeating: () => void;
}

/** Claims of this process, by folder. */
const claims = new Map<string, Claim>();

/** Polling interval in milliseconds while watching the heartbeat of a holder. */
const lookMs = 1_000;

/**
 * Claims the folder for this process.
 * @throws HumanError if another process that may be alive has claimed it
 */
export function claimFolder(folder: string): RunOwner {
  const lock = new FolderLock(join(folder, runFiles.claim));
  if (!lock.take()) throw heldByAnother(folder, lock.other());
  return keep(folder, lock);
}

/**
 * Claims a folder that a process elsewhere may have abandoned, by watching its heartbeat for at most half a
 * minute.
 * @param waiting Called once if that takes a while.
 * @throws HumanError also if `signal` is aborted in the meantime
 */
export async function claimFolderWatching(
  folder: string,
  signal: AbortSignal,
  waiting: (message: string) => void,
): Promise<RunOwner> {
  const lock = new FolderLock(join(folder, runFiles.claim));
  for (let told = false; !lock.take(); told = true) {
    const holder = lock.other();
    if (holder === null) continue; // released in the meantime
    if (lock.holder() === "alive" || signal.aborted) throw heldByAnother(folder, holder);
    if (!told) waiting(watchingWords(folder, holder));
    await new Promise(resolve => setTimeout(resolve, lookMs));
  }
  return keep(folder, lock);
}

/**
 * Reports whether a process elsewhere is still writing a folder, by watching it for at most half a minute.
 * @param waiting Called once, before watching.
 */
export async function isWrittenElsewhere(
  folder: string,
  signal: AbortSignal,
  waiting: (message: string) => void,
): Promise<boolean> {
  const lock = new FolderLock(join(folder, runFiles.claim));
  const holder = lock.other();
  if (holder !== null && lock.holder() === "unsure") waiting(watchingWords(folder, holder));
  for (;;) {
    const found = lock.holder();
    if (found !== "unsure" || signal.aborted) return found !== "free";
    await new Promise(resolve => setTimeout(resolve, lookMs));
  }
}

function watchingWords(folder: string, { pid, host }: LockRecord): string {
  return `${basename(folder)} was left by process ${pid} on ${host}, or is still written by it: watching it for ${staleAfterMs / 1000} s.`;
}

function keep(folder: string, lock: FolderLock): RunOwner {
  const { host, boot, space } = thisPlace();
  const token = lock.token ?? "";
  const owner: RunOwner = { token, host, boot, space, processStarted: processStart(process.pid) };
  claims.set(folder, { lock, owner, stopBeating: startHeartbeat(lock.path, token) });
  return owner;
}

/** Error for a second process that wants the folder. */
export function heldByAnother(
  folder: string,
  holder: { readonly pid?: number; readonly host?: string } | null,
): HumanError {
  const { pid, host = thisPlace().host } = holder ?? {};
  const place = host === thisPlace().host ? "" : ` on ${host}`;
  const who = pid === undefined ? "another process" : `process ${pid}${place}`;
  return new HumanError(`${basename(folder)} is being written by ${who}.`, {
    remedy: "Wait for that run, or stop it first.",
  });
}

/** This process's claim; null if it has none. */
export function ownClaim(folder: string): RunOwner | null {
  return claims.get(folder)?.owner ?? null;
}

/** Folders that this process has claimed. */
export function claimedFolders(): string[] {
  return [...claims.keys()];
}

/**
 * Requires the run folder to exist: writing would re-create a deleted folder without its record.
 * @throws HumanError
 */
export function requireRunFolder(folder: string): void {
  if (existsSync(folder)) return;
  throw new HumanError(`${folder} was deleted or renamed during its run.`, {
    kind: "run",
    remedy: "Run the mixture again, and leave its folder where it is until it has ended.",
  });
}

/**
 * Call before writing anything irreversible.
 * @throws HumanError if another process has taken over the folder because this one's heartbeat stopped for
 * too long
 */
export function requireClaim(folder: string): void {
  const claim = claims.get(folder);
  if (claim === undefined) throw new Error(`${folder} is written without a claim.`);
  requireRunFolder(folder);
  if (claim.lock.stillHeld()) return;
  throw new HumanError(
    `${basename(folder)} was taken over by another process: this one gave no sign of life for ${staleAfterMs / 1000} s.`,
    {
      kind: "run",
      remedy: "It was suspended, or its disk could not be reached; leave the run to the other.",
    },
  );
}

export function releaseClaim(folder: string): void {
  const claim = claims.get(folder);
  claims.delete(folder);
  claim?.stopBeating();
  claim?.lock.release();
}
