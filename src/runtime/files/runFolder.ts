// Run folders: creating, reading and closing them, and telling which run died without saying so.

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import type { RunSummary } from "../../core/results/resultsTable.ts";
import { parseMetricsText } from "../../core/run/metricsRecord.ts";
import type { Parsed } from "../../core/run/parsed.ts";
import {
  candidatesFile,
  checkpointFile,
  type MetricsRecord,
  type RunRecord,
  type RunStatus,
  runFiles,
  type StepEvent,
} from "../../core/run/records.ts";
import { parseRunRecord } from "../../core/run/runRecord.ts";
import { type TrainedAmount, trainedAmount } from "../../core/run/trainedAmount.ts";
import { temporaryMark, writeJsonAtomically } from "./atomicWrite.ts";
import { readJsonLines } from "./jsonLines.ts";
import { isProcessAlive } from "./processAlive.ts";
import { type RunIdentity, runFolderName, runHash } from "./runName.ts";

/** What is known when a run starts; the rest of the record is filled in here. */
export type NewRun = Omit<
  RunRecord,
  "version" | "status" | "started" | "ended" | "pid" | "error" | "timings" | "peakMemoryBytes"
>;

/** Makes a folder of its own for the run (`-2`, `-3` … after the name where an equal run lies) with run.json. */
export function createRunFolder(
  out: string,
  run: NewRun,
): { readonly folder: string; readonly record: RunRecord } {
  const record: RunRecord = {
    version: 1,
    status: "running",
    ...run,
    started: new Date().toISOString(),
    ended: null,
    pid: process.pid,
    error: null,
    timings: null,
    peakMemoryBytes: null,
  };
  const folder = makeUniqueFolder(out, runFolderName(run));
  writeRunRecord(folder, record);
  return { folder, record };
}

function makeUniqueFolder(out: string, name: string): string {
  try {
    mkdirSync(out, { recursive: true });
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

export function writeRunRecord(folder: string, record: RunRecord): void {
  writeJsonAtomically(join(folder, runFiles.run), record);
}

/** @throws HumanError when the folder holds no run.json, or one that no run writes. */
export function readRunRecord(folder: string): RunRecord {
  const path = join(folder, runFiles.run);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const also = "It must be a folder that a run was written to.";
    throw systemError(cause, `${path} can't be read`, also) ?? cause;
  }
  const parsed = parseRunRecord(text);
  if ("value" in parsed) return parsed.value;
  throw new HumanError(`${path} can't be used: ${parsed.fault}.`, {
    remedy: "It was changed by another program: restore the file, or run the mixture again.",
  });
}

/** Says `running`, but its process is gone: killed, or the machine went down. */
export function isDead(record: RunRecord): boolean {
  return record.status === "running" && !isProcessAlive(record.pid);
}

export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly error?: RunRecord["error"];
  readonly timings?: RunRecord["timings"];
  readonly peakMemoryBytes?: number | null;
  /** Also where the run has ended already: only for who knows better. */
  readonly replace?: boolean;
}

/** Marks a run ended. A folder that no longer says `running` keeps what it says, unless `replace` is set. */
export function endRun(folder: string, end: RunEnd): RunRecord {
  const record = readRunRecord(folder);
  if (record.status !== "running" && end.replace !== true) return record;
  const ended: RunRecord = {
    ...record,
    status: end.status,
    ended: new Date().toISOString(),
    error: end.error ?? null,
    timings: end.timings ?? record.timings,
    // A run that was resumed has the memory of an earlier process on record.
    peakMemoryBytes: Math.max(end.peakMemoryBytes ?? 0, record.peakMemoryBytes ?? 0) || null,
  };
  writeRunRecord(folder, ended);
  return ended;
}

/** What was predicted, to be read beside what came. */
export function recordPrediction(folder: string, predicted: NonNullable<RunRecord["predicted"]>): void {
  writeRunRecord(folder, { ...readRunRecord(folder), predicted });
}

export const diedError = {
  message: "The process that trained ended without a word: it was killed, or memory ran out.",
  remedy: "Start the run again; if memory was short, lower batchTokens or maxTokens in the mixture file.",
} as const;

/** What to do where a checkpoint is left. */
export const resumeRemedy =
  "Its checkpoint is kept: resume the run to go on from there (pinch run FILE --resume, or Resume Run in the Runs view).";

/**
 * Holds a state to go on from: a checkpoint, learning rates that were tried, or what was trained, when only the
 * evaluation is missing.
 */
export function isResumable(folder: string): boolean {
  return (
    existsSync(join(folder, runFiles.checkpoint, checkpointFile)) ||
    existsSync(join(folder, runFiles.candidates, candidatesFile)) ||
    hasTrainedWeights(folder)
  );
}

/** Training came to its end: the file written last is there. */
export function hasTrainedWeights(folder: string): boolean {
  return (
    existsSync(join(folder, runFiles.adapter, "adapter_config.json")) ||
    existsSync(join(folder, runFiles.model, "model.safetensors"))
  );
}

/** Reads a run and, if it died, marks it failed, so that nobody waits for it. */
export function settleRun(folder: string): RunRecord {
  const record = readRunRecord(folder);
  if (!isDead(record)) return record;
  const error = isResumable(folder) ? { ...diedError, remedy: resumeRemedy } : diedError;
  return endRun(folder, { status: "failed", error });
}

/** Folders in `out` that hold a run, by name. */
export function listRunFolders(out: string): string[] {
  if (!existsSync(out)) return [];
  return readdirSync(out, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.includes(temporaryMark))
    .map(entry => join(out, entry.name))
    .filter(folder => existsSync(join(folder, runFiles.run)))
    .sort();
}

/**
 * null until the run has been evaluated.
 *
 * @throws HumanError where the file does not hold what an evaluation writes.
 */
export function readMetrics(folder: string): MetricsRecord | null {
  const parsed = parsedMetrics(folder);
  if (parsed === null) return null;
  if ("value" in parsed) return parsed.value;
  throw new HumanError(`${join(folder, runFiles.metrics)} can't be read: ${parsed.fault}.`, {
    remedy: `Compute it anew from the kept responses: pinch eval ${folder} --samples.`,
  });
}

function parsedMetrics(folder: string): Parsed<MetricsRecord> | null {
  const path = join(folder, runFiles.metrics);
  return existsSync(path) ? parseMetricsText(readFileSync(path, "utf8")) : null;
}

export function readSteps(folder: string): StepEvent[] {
  const path = join(folder, runFiles.events);
  return existsSync(path) ? (readJsonLines(path) as StepEvent[]) : [];
}

function readTrained(folder: string, { status }: RunRecord): TrainedAmount | null {
  const path = join(folder, runFiles.events);
  return status === "done" && existsSync(path) ? trainedAmount(readFileSync(path, "utf8")) : null;
}

/** What a results table is built from. */
export function readRunSummary(folder: string): RunSummary {
  const record = settleRun(folder);
  return {
    folder: basename(folder),
    record,
    metrics: readMetrics(folder),
    trained: readTrained(folder, record),
  };
}

/**
 * A finished run of the same configuration and lock in `out`, or null. Its record decides: one that was evaluated
 * anew with other settings keeps the name of its folder.
 */
export function findEqualRun(out: string, run: RunIdentity): string | null {
  const hash = runHash(run);
  const start = runFolderName(run).slice(0, -hash.length);
  for (const folder of listRunFolders(out)) {
    if (!basename(folder).startsWith(start)) continue;
    const record = recordOrNull(folder);
    const metrics = record?.status === "done" && runHash(record) === hash ? parsedMetrics(folder) : null;
    if (metrics !== null && "value" in metrics) return folder;
  }
  return null;
}

function recordOrNull(folder: string): RunRecord | null {
  try {
    return readRunRecord(folder);
  } catch {
    return null; // Whoever reads that run is told.
  }
}
