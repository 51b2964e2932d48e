// Reads a run folder: its record and scores, validated, and whether its process is still running.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { HumanError } from "../../common/errors.ts";
import { messageAndRemedy } from "../../common/systemErrors.ts";
import { type TrainedAmount, trainedAmount } from "../../core/experiments/trainedAmount.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import { diedError, endedRun, lastSignFiles, statePaths, weightPaths } from "../../core/records/endedRun.ts";
import { parseMetricsText } from "../../core/records/metricsRecord.ts";
import { faultText, type Parsed } from "../../core/records/parsed.ts";
import { type MetricsRecord, runFiles } from "../../core/records/records.ts";
import { parseRunRecord, type RunRecord } from "../../core/records/runRecord.ts";
import { isOwnFile } from "../../core/records/seal.ts";
import { FolderLock } from "../../node/folderLock.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { whereaboutsOf } from "../../node/whereabouts.ts";
import { readOwnText, statFile } from "../../platform/files.ts";
import type { Log } from "../../platform/log.ts";

/**
 * Size limit in bytes for a run's record, which names each example, and for its events, which take a few
 * hundred bytes per step.
 */
const largestFile = 256 * 1024 * 1024;

export interface StoredRun {
  readonly uri: vscode.Uri;
  /** Name of the run folder. */
  readonly folder: string;
  readonly record: RunRecord;
  readonly metrics: MetricsRecord | null;
  /** Reason why its scores can't be used. */
  readonly metricsFault?: string;
  /** Null if nothing was trained, the run has not ended, or its steps can't be counted. */
  readonly trained: TrainedAmount | null;
  /** Whether training was completed, so that there is something to export. */
  readonly tuned: boolean;
  /** Whether the run was stopped and can be resumed. */
  readonly resumable: boolean;
  /** Record as written, while its status is `running`. */
  readonly unfinished?: RunRecord;
}

/** A folder without a readable run. */
export interface BrokenRun {
  readonly uri: vscode.Uri;
  readonly folder: string;
  readonly fault: string;
}

export class RunReader {
  readonly #log: Log;
  readonly #claimed: (pid: number) => boolean;
  readonly #lookAgain: () => void;
  /** Claims of runs that are written elsewhere, each monitored for heartbeats. */
  readonly #elsewhere = new Map<string, FolderLock>();

  /**
   * @param claimed Whether a process belongs to this window.
   * @param lookAgain Called when only a later check can show whether a run is still being written.
   */
  constructor(log: Log, claimed: (pid: number) => boolean, lookAgain: () => void) {
    this.#log = log;
    this.#claimed = claimed;
    this.#lookAgain = lookAgain;
  }

  /**
   * Returns null if the folder contains no run. An unreadable run is returned as broken, so that others are
   * still shown.
   */
  async read(uri: vscode.Uri, folder: string): Promise<StoredRun | BrokenRun | null> {
    try {
      return await this.#read(uri, folder);
    } catch (error) {
      return { uri, folder, fault: messageAndRemedy(error) };
    }
  }

  async #read(uri: vscode.Uri, folder: string): Promise<StoredRun | BrokenRun | null> {
    const text = await readOwnText(vscode.Uri.joinPath(uri, runFiles.run), largestFile);
    if (text === null)
      return (await holdsAny(uri, [[runFiles.samples], [runFiles.metrics]]))
        ? { uri, folder, fault: "run.json is missing: restore it from a copy, or run the mixture again." }
        : null;
    const parsed = parseRunRecord(text, sha256OfText);
    if ("fault" in parsed) return { uri, folder, fault: `run.json cannot be read: ${faultText(parsed)}` };
    const [weights, checkpoint] = await Promise.all([
      holdsAny(uri, weightPaths(parsed.value)),
      holdsAny(uri, statePaths),
    ]);
    const tuned = weights && parsed.value.mixture !== untunedName;
    const record = await this.#shown(uri, parsed.value, tuned || checkpoint);
    const stopped = record.status === "failed" || record.status === "cancelled";
    const kept = {
      tuned,
      resumable: stopped && (tuned || checkpoint),
      ...(parsed.value.status === "running" ? { unfinished: parsed.value } : {}),
    };
    try {
      const trained = record.status === "done" ? await readTrained(uri, record) : null;
      const metrics = await readMetrics(uri, record);
      return { uri, folder, record, metrics, trained, ...kept };
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      // Also shown in parentheses, hence without the full stop.
      const metricsFault = `${error.message} ${error.remedy}`.replace(/\.$/, "");
      this.#log.warn(`${folder}: ${metricsFault}.`);
      return { uri, folder, record, metrics: null, metricsFault, trained: null, ...kept };
    }
  }

  /**
   * The record says `running` forever if the process was killed unobserved. Such a run is shown as failed,
   * but its file is not changed: from here a process may only seem to be gone.
   */
  async #shown(uri: vscode.Uri, record: RunRecord, resumable: boolean): Promise<RunRecord> {
    if (record.status !== "running" || uri.scheme !== "file" || !this.#isGone(uri, record)) return record;
    return endedRun(record, { status: "failed", error: diedError(resumable) }, await lastSignOf(uri));
  }

  #isGone(uri: vscode.Uri, record: RunRecord): boolean {
    if (record.pid !== undefined && this.#claimed(record.pid) && isHere(record)) return false;
    const whereabouts = whereaboutsOf(record);
    if (whereabouts !== "elsewhere") return whereabouts === "gone";
    const { fsPath } = vscode.Uri.joinPath(uri, runFiles.claim);
    const claim = this.#elsewhere.get(fsPath) ?? new FolderLock(fsPath);
    this.#elsewhere.set(fsPath, claim);
    if (claim.holder() === "free") return true;
    this.#lookAgain();
    return false;
  }
}

/** Time at which the process that wrote a run was last active. */
async function lastSignOf(run: vscode.Uri): Promise<string> {
  const stats = await Promise.all(lastSignFiles.map(name => statFile(vscode.Uri.joinPath(run, name))));
  return new Date(Math.max(...stats.map(stat => stat?.mtime ?? 0))).toISOString();
}

/** Whether its process id belongs to this machine and process namespace. */
export function isHere(record: RunRecord): boolean {
  return whereaboutsOf(record) !== "elsewhere";
}

/**
 * Returns null until the run has been evaluated.
 * @throws HumanError if the file is not the one that the run wrote
 */
async function readMetrics(run: vscode.Uri, record: RunRecord): Promise<MetricsRecord | null> {
  const text = await readOwnText(vscode.Uri.joinPath(run, runFiles.metrics));
  if (text === null) return null;
  const parsed: Parsed<MetricsRecord> = isOwnFile(record, runFiles.metrics, sha256OfText(text))
    ? parseMetricsText(text)
    : { fault: "it was changed since the run wrote it" };
  if ("value" in parsed) return parsed.value;
  throw new HumanError(`${runFiles.metrics} can't be used: ${parsed.fault}.`, {
    remedy: parsed.remedy ?? `Score the stored responses again: pinch eval ${baseName(run.path)} --samples.`,
  });
}

async function readTrained(run: vscode.Uri, record: RunRecord): Promise<TrainedAmount | null> {
  const text = await readOwnText(vscode.Uri.joinPath(run, runFiles.events), largestFile);
  if (text === null) return null;
  if (isOwnFile(record, runFiles.events, sha256OfText(text))) return trainedAmount(text, record);
  throw new HumanError(`${runFiles.events} was changed since the run wrote it.`, {
    remedy: "Restore it from a copy, or run the mixture again.",
  });
}

async function holdsAny(folder: vscode.Uri, paths: readonly (readonly string[])[]): Promise<boolean> {
  const found = await Promise.all(paths.map(path => statFile(vscode.Uri.joinPath(folder, ...path))));
  return found.some(stat => stat !== null);
}
