// Creates, reads and closes run folders, and detects runs that died without recording it.
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import {
  diedError,
  endedRun,
  lastSignFiles,
  type RunEnd,
  resumeRemedy,
  statePaths,
  weightPaths,
} from "../../core/records/endedRun.ts";
import { runFiles } from "../../core/records/records.ts";
import { parseRunRecord, type RunRecord } from "../../core/records/runRecord.ts";
import { sealed } from "../../core/records/seal.ts";
import { writeJsonAtomically } from "../../node/atomicWrite.ts";
import { FolderLock } from "../../node/folderLock.ts";
import { isMadeHere, marked } from "../../node/madeHere.ts";
import { largestOwnFile, readRunFile, readTextWithin } from "../../node/plainFiles.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { removeUnfinished, temporaryMark } from "../../node/temporaryFiles.ts";
import { whereaboutsOf } from "../../node/whereabouts.ts";
import { keepReserve, releaseReserve, writingWithReserve } from "./reserve.ts";
import { claimFolder, ownClaim, releaseClaim, requireClaim } from "./runClaim.ts";
import { runFolderName } from "./runName.ts";

/** Facts known when a run starts. The rest of the record is filled in here. */
export type NewRun = Omit<
  RunRecord,
  | "version"
  | "status"
  | "started"
  | "ended"
  | "pid"
  | "owner"
  | "files"
  | "error"
  | "timings"
  | "peakMemoryBytes"
>;

/**
 * Creates a unique folder for the run with run.json; if an equal run exists, its name gets a suffix (`-2`,
 * `-3` …). This process owns it until `endRun`.
 */
export function createRunFolder(
  out: string,
  run: NewRun,
): { readonly folder: string; readonly record: RunRecord } {
  const folder = makeUniqueFolder(out, runFolderName(run));
  try {
    const record: RunRecord = {
      version: 1,
      status: "running",
      ...run,
      started: new Date().toISOString(),
      ended: null,
      pid: process.pid,
      owner: claimFolder(folder),
      files: {},
      error: null,
      timings: null,
      peakMemoryBytes: null,
    };
    keepReserve(folder);
    writeRunRecord(folder, record);
    return { folder, record };
  } catch (cause) {
    releaseClaim(folder);
    rmSync(folder, { recursive: true, force: true });
    throw systemError(cause, `A run folder can't be created in ${out}`) ?? cause;
  }
}

function makeUniqueFolder(out: string, name: string): string {
  try {
    if (mkdirSync(out, { recursive: true }) !== undefined) keepFromGit(dirname(resolve(out)));
    for (let copy = 1; ; copy++) {
      const folder = join(out, copy === 1 ? name : `${name}-${copy}`);
      if (existsSync(folder)) continue;
      mkdirSync(folder);
      return folder;
    }
  } catch (cause) {
    throw systemError(cause, `A run folder can't be created in ${out}`) ?? cause;
  }
}

/**
 * Tells Git to ignore a new `.pinch` folder, whose weights and samples are large. Whoever wants its files in Git
 * deletes or edits the file, which is not written again.
 */
function keepFromGit(folder: string): void {
  const path = join(folder, ".gitignore");
  if (basename(folder) !== ".pinch" || lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  writeFileSync(path, "# Written by Pinch\n*\n", { flag: "wx" });
}

/** A record made elsewhere stays marked as such, whatever is added to it here. */
export function writeRunRecord(folder: string, record: RunRecord): void {
  const path = join(folder, runFiles.run);
  const { maker: _, ...rest } = record;
  const own = !existsSync(path) || isRunMadeHere(folder);
  writeJsonAtomically(path, sealed(own ? marked(rest, "run") : rest, sha256OfText));
}

/** Reports whether this installation made the run and everything in its record. */
export function isRunMadeHere(folder: string): boolean {
  const text = readTextWithin(folder, runFiles.run, { maxBytes: largestOwnFile.record });
  return text !== null && isMadeHere(text, "run");
}

/** @throws HumanError if the folder has no run.json, or not one that a run writes. */
export function readRunRecord(folder: string): RunRecord {
  const path = join(folder, runFiles.run);
  let text: string;
  try {
    text = readRunFile(path, "record");
  } catch (cause) {
    const also = "It must be a folder that a run was written to.";
    throw systemError(cause, `${path} can't be read`, also) ?? cause;
  }
  const parsed = parseRunRecord(text, sha256OfText);
  if ("value" in parsed) return parsed.value;
  throw new HumanError(`${path} can't be used: ${parsed.fault}.`, {
    remedy: parsed.remedy ?? "It was changed by another program: restore the file, or run the mixture again.",
  });
}

/** True if the record says `running` but the process is gone: killed, or the machine went down. */
export function isDead(record: RunRecord): boolean {
  return record.status === "running" && whereaboutsOf(record) === "gone";
}

/**
 * Records the end of a run of this process, regardless of what others have written there since, and releases
 * its folder. A run that has ended keeps its record.
 *
 * @throws HumanError if another process has taken over the folder
 */
export function endRun(folder: string, end: RunEnd): RunRecord {
  const record = readRunRecord(folder);
  const own = ownClaim(folder);
  if (own === null && record.status !== "running") return record;
  if (own === null || own.token !== record.owner?.token)
    throw new Error(`${folder} is not this process's to end.`);
  requireClaim(folder);
  const ended = endedRun(record, end, now());
  writingWithReserve(folder, () => writeRunRecord(folder, ended));
  releaseReserve(folder);
  try {
    removeUnfinished(folder);
  } catch {
    // The next writer of this folder finds the rest.
  }
  releaseClaim(folder);
  return ended;
}

/**
 * For the parent of a process that has exited: records the end of its unfinished runs, with the reason if
 * known. Returns their folders.
 */
export function endRunsOf(pid: number, out: string, end: RunEnd): string[] {
  const left = listRunFolders(out).filter(folder => {
    const record = recordOrNull(folder);
    return record !== null && record.pid === pid && isDead(record);
  });
  for (const folder of left) {
    const error = end.status === "failed" ? errorOfDead(folder, end.error) : null;
    const ended = endedRun(readRunRecord(folder), { ...end, error }, now());
    writingWithReserve(folder, () => writeRunRecord(folder, ended));
    releaseReserve(folder);
    rmSync(join(folder, runFiles.claim), { force: true });
  }
  return left;
}

/** Records the prediction, for comparison with the actual values. */
export function recordPrediction(folder: string, predicted: NonNullable<RunRecord["predicted"]>): void {
  writeRunRecord(folder, { ...readRunRecord(folder), predicted });
}

/**
 * True if the folder has a state to resume from: a checkpoint, learning rates that were tried, or trained
 * weights of which only the evaluation is missing.
 */
export function isResumable(folder: string): boolean {
  return holdsAny(folder, statePaths) || hasTrainedWeights(folder);
}

/** True if training is complete: the weights exist, and the record says so. */
export function hasTrainedWeights(folder: string): boolean {
  return holdsAny(folder, weightPaths(recordOrNull(folder) ?? {}));
}

function holdsAny(folder: string, paths: readonly (readonly string[])[]): boolean {
  return paths.some(path => existsSync(join(folder, ...path)));
}

/**
 * Reads a run. One that died is returned as failed, so that nobody waits for it, but its files stay as they
 * are: a reader may be wrong, and the folder belongs to its owner.
 */
export function readSettledRun(folder: string): RunRecord {
  const record = readRunRecord(folder);
  if (!isDead(record) && !isReleasedElsewhere(folder, record)) return record;
  return endedRun(record, { status: "failed", error: errorOfDead(folder) }, lastSignOf(folder));
}

/** True if no process holds the folder of a run that says `running` on another machine: it holds it while it lives. */
function isReleasedElsewhere(folder: string, record: RunRecord): boolean {
  return (
    record.status === "running" &&
    whereaboutsOf(record) === "elsewhere" &&
    new FolderLock(join(folder, runFiles.claim)).holder() === "free"
  );
}

/** Time of the last sign of life of a dead process. */
function lastSignOf(folder: string): string {
  const times = lastSignFiles.map(
    name => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return new Date(Math.max(...times)).toISOString();
}

/** @param reported Error reported by a process that saw it end. */
function errorOfDead(folder: string, reported?: RunRecord["error"]): NonNullable<RunRecord["error"]> {
  const resumable = isResumable(folder);
  if (reported == null) return diedError(resumable);
  return resumable ? { ...reported, remedy: resumeRemedy } : reported;
}

function now(): string {
  return new Date().toISOString();
}

/** True also for a run that has lost its record, so that tables of runs report it. */
function holdsRun(folder: string): boolean {
  const { run, events, samples, metrics, adapter, model } = runFiles;
  const isThere = (name: string): boolean => existsSync(join(folder, name));
  if (isThere(run)) return true;
  return isThere(samples) && [events, metrics, adapter, model].some(isThere);
}

/** Folders in `out` that contain a run, sorted by name. */
export function listRunFolders(out: string): string[] {
  if (!existsSync(out)) return [];
  return readdirSync(out, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.includes(temporaryMark))
    .map(entry => join(out, entry.name))
    .filter(holdsRun)
    .sort();
}

/**
 * Reads a record; null if it is not a run folder, or its record is unusable, which is reported when that run
 * is read.
 */
export function recordOrNull(folder: string): RunRecord | null {
  try {
    return readRunRecord(folder);
  } catch {
    return null;
  }
}
