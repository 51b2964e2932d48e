// Who may write a run folder: one process at a time, which shows others that it lives.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { type RunOwner, runFiles } from "../../core/records/records.ts";
import { FolderLock, type LockRecord, staleAfterMs } from "../../node/folderLock.ts";
import { startHeartbeat } from "../../node/heartbeat.ts";
import { thisPlace } from "../../node/place.ts";
import { processStart } from "../../node/processes.ts";

interface Claim {
  readonly lock: FolderLock;
  readonly owner: RunOwner;
  readonly stopBeating: () => void;
}

/** Those of this process, by folder. */
const claims = new Map<string, Claim>();

/** Milliseconds between two looks at a holder that can only be judged by its signs of life. */
const lookMs = 1_000;

/**
 * Makes this process the one that writes the folder.
 * @throws HumanError when another process that may live writes it
 */
export function claimFolder(folder: string): RunOwner {
  const lock = new FolderLock(join(folder, runFiles.claim));
  if (!lock.take()) throw heldByAnother(folder, lock.other());
  return keep(folder, lock);
}

/**
 * The same for a folder that a process elsewhere may have left: it is watched for signs of life, for half a minute at
 * most.
 * @param waiting Told once when that is to be waited for.
 * @throws HumanError also when `signal` is aborted meanwhile
 */
export async function claimFolderWatching(
  folder: string,
  signal: AbortSignal,
  waiting: (message: string) => void,
): Promise<RunOwner> {
  const lock = new FolderLock(join(folder, runFiles.claim));
  for (let told = false; !lock.take(); told = true) {
    const holder = lock.other();
    if (holder === null) continue; // it has just gone
    if (lock.holder() === "alive" || signal.aborted) throw heldByAnother(folder, holder);
    if (!told) waiting(watchingWords(folder, holder));
    await new Promise(resolve => setTimeout(resolve, lookMs));
  }
  return keep(folder, lock);
}

/**
 * Whether a folder whose process runs elsewhere is still written, found by watching it for half a minute at most.
 * @param waiting Told once, before.
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

/** The refusal of whoever comes second. */
export function heldByAnother(
  folder: string,
  holder: { readonly pid: number; readonly host?: string } | null,
): HumanError {
  const { pid, host = thisPlace().host } = holder ?? {};
  const place = host === thisPlace().host ? "" : ` on ${host}`;
  const who = pid === undefined ? "another process" : `process ${pid}${place}`;
  return new HumanError(`${basename(folder)} is being written by ${who}.`, {
    remedy: "Wait for that run, or stop it first.",
  });
}

/** null: this process has not claimed it. */
export function ownClaim(folder: string): RunOwner | null {
  return claims.get(folder)?.owner ?? null;
}

/** Folders that this process writes. */
export function claimedFolders(): string[] {
  return [...claims.keys()];
}

/**
 * Writing makes folders that are missing: one that was taken away must not come back without its record.
 * @throws HumanError
 */
export function requireRunFolder(folder: string): void {
  if (existsSync(folder)) return;
  throw new HumanError(`${folder} was deleted or renamed while its run was at work.`, {
    kind: "run",
    remedy: "Run the mixture again, and leave its folder where it is until it has ended.",
  });
}

/**
 * Comes before what can't be taken back is written.
 * @throws HumanError when another process has taken the folder over: this one gave no sign of life for too long
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
