// Resumes a stopped run from its checkpoint, and rejects combinations that do not match.
import { basename } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { ratesOf } from "../../core/mixtureFile/learningRate.ts";
import { runFiles } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { requirePlainFolder } from "../../node/plainFiles.ts";
import { removeUnfinished } from "../../node/temporaryFiles.ts";
import { whereaboutsOf } from "../../node/whereabouts.ts";
import type { RecipeContext } from "../context/context.ts";
import { changedFile } from "../files/fileHashes.ts";
import { readSteps } from "../files/readRun.ts";
import { keepReserve } from "../files/reserve.ts";
import { claimFolderWatching, heldByAnother, isWrittenElsewhere, releaseClaim } from "../files/runClaim.ts";
import {
  hasTrainedWeights,
  isResumable,
  listRunFolders,
  type NewRun,
  readRunRecord,
  recordOrNull,
  writeRunRecord,
} from "../files/runFolder.ts";
import { canonicalJson, continuationHash, trainingIdentity } from "../files/runName.ts";
import { triedRates } from "./candidates.ts";
import { type CheckpointChoice, readCheckpoint, type StoredCheckpoint } from "./checkpoint.ts";

/** Starting point of a run. */
export interface RunStart {
  readonly folder: string;
  /** `continuationHash` of the run. */
  readonly identity: string;
  /**
   * Null to start from the first step. With several learning rates, the checkpoint of one of them, whether or
   * not that one has been tried since.
   */
  readonly checkpoint: StoredCheckpoint | null;
  /** True if training is complete and only the evaluation is missing. */
  readonly trained: boolean;
}

const startNew = "Start a new run without resuming.";

/**
 * Resumes a run. On return, the folder has the status `running` again, owned by this process.
 * @param run Run that would otherwise be started: the stopped one must match it in everything but its device.
 * @throws HumanError if the run has finished, is still running, does not match, or left nothing to resume
 * from.
 */
export async function resumeRun(
  folder: string,
  run: NewRun,
  context: Pick<RecipeContext, "log" | "signal">,
): Promise<RunStart> {
  const warn = (message: string): void => context.log("warn", message);
  requirePlainFolder(folder);
  requireContinuation(folder, readRunRecord(folder), run); // fail early, before waiting for anything
  const owner = await claimFolderWatching(folder, context.signal, warn);
  try {
    const record = readRunRecord(folder); // another process may have resumed it in the meantime
    const identity = requireContinuation(folder, record, run);
    const trained = isTrained(folder, record, warn);
    const of = checkpointsOf(folder, identity, run);
    const checkpoint = trained ? null : readCheckpoint(folder, { passedOver: warn, of });
    removeUnfinished(folder);
    keepReserve(folder);
    const step = checkpoint?.step ?? readSteps(folder).at(-1)?.step ?? 0;
    const device = run.lock?.device ?? "cpu";
    writeRunRecord(folder, {
      ...record,
      status: "running",
      pid: process.pid,
      owner,
      ended: null,
      error: null,
      resumed: [...(record.resumed ?? []), { step, time: new Date().toISOString(), device }],
    });
    return { folder, identity, checkpoint, trained };
  } catch (error) {
    releaseClaim(folder);
    throw error;
  }
}

/** @returns `continuationHash` of the two runs, which match. */
function requireContinuation(folder: string, record: RunRecord, run: NewRun): string {
  const name = basename(folder);
  if (record.status === "done")
    throw new HumanError(`${name} has finished.`, { remedy: "To repeat it, start a new run." });
  const identity = continuationHash(run);
  if (continuationHash(record) !== identity)
    throw new HumanError(
      `${name} can't be resumed: ${differences(record, run)} changed since it was started.`,
      {
        remedy: `Restore its original files and settings, or start a new run.`,
      },
    );
  if (!isResumable(folder))
    throw new HumanError(`${name} was stopped before its first checkpoint.`, { remedy: startNew });
  return identity;
}

/** Relates checkpoints to the run. With several learning rates, those already tried are behind. */
function checkpointsOf(
  folder: string,
  identity: string,
  { configuration: { train } }: NewRun,
): NonNullable<CheckpointChoice["of"]> {
  const rates = train === null ? [] : ratesOf(train);
  const tried = rates.length > 1 ? triedRates(folder) : [];
  return written => {
    const rate = rates.find(each => written === trainingIdentity(identity, rates, each));
    if (rate === undefined) return "other";
    return tried.includes(rate) ? "behind" : "own";
  };
}

/**
 * Reports whether training is complete. If the weights have changed since they were written, they are trained
 * again from a checkpoint.
 */
function isTrained(folder: string, record: RunRecord, warn: (message: string) => void): boolean {
  if (!hasTrainedWeights(folder)) return false;
  const fault = changedFile(folder, record, [runFiles.adapter, runFiles.model, runFiles.events]);
  if (fault === null) return true;
  warn(`${fault.message} It is trained again from the last checkpoint.`);
  return false;
}

/** Result of the search for `--resume`. */
export interface Resumable {
  /** Newest stopped run of the same configuration and lock that can be resumed; null if there is none. */
  readonly folder: string | null;
  /**
   * Explains why the newest stopped run of the same mixture and seed cannot be resumed; null if there is
   * none.
   */
  readonly passedOver: string | null;
}

/**
 * Finds the run to resume.
 * @param out Folder of run folders.
 * @throws HumanError if another process is writing this very run
 */
export async function findResumable(
  out: string,
  run: NewRun,
  { log, signal }: Pick<RecipeContext, "log" | "signal">,
): Promise<Resumable> {
  const identity = continuationHash(run);
  let newest: { readonly folder: string; readonly started: string } | null = null;
  let other: { readonly why: string; readonly started: string } | null = null;
  for (const folder of listRunFolders(out)) {
    const record = recordOrNull(folder);
    if (record === null || record.mixture !== run.mixture || record.seed !== run.seed) continue;
    const { started, status } = record;
    if (status === "done") continue;
    const same = continuationHash(record) === identity;
    const where = status === "running" ? whereaboutsOf(record) : "gone";
    if (same && where === "alive") throw heldByAnother(folder, record);
    if (same && where === "elsewhere") {
      const lives = await isWrittenElsewhere(folder, signal, message => log("warn", message));
      if (lives) throw heldByAnother(folder, { ...record, ...record.owner });
    } else if (where !== "gone") continue;
    if (!isResumable(folder)) continue;
    const why = same
      ? damageOf(folder, record, run)
      : `${differences(record, run)} changed since it was started.`;
    if (why !== null) {
      if (other === null || started > other.started)
        other = { why: `${basename(folder)} is not resumed: ${why}`, started };
    } else if (newest === null || started > newest.started) newest = { folder, started };
  }
  return {
    folder: newest?.folder ?? null,
    passedOver: other === null ? null : `The stopped run ${other.why} A new run starts.`,
  };
}

/** Describes why a run cannot be resumed; null if it left something intact to resume from. */
function damageOf(folder: string, record: RunRecord, run: NewRun): string | null {
  try {
    requirePlainFolder(folder);
    if (isTrained(folder, record, () => undefined)) return null;
    const of = checkpointsOf(folder, continuationHash(run), run);
    if (readCheckpoint(folder, { of }) !== null || triedRates(folder).length > 0) return null;
    return "its trained files have changed since.";
  } catch (error) {
    if (error instanceof HumanError) return error.message;
    throw error;
  }
}

/** Lists the parts in which two runs differ, for messages. */
function differences(stopped: RunRecord, run: NewRun): string {
  const differ = (a: unknown, b: unknown): boolean => canonicalJson(a) !== canonicalJson(b);
  const [before, now] = [stopped.configuration, run.configuration];
  const [locked, lock] = [stopped.lock, run.lock];
  const named: readonly (readonly [string, boolean])[] = [
    ["the mixture", stopped.mixture !== run.mixture || differ(before.form, now.form)],
    ["the seed", stopped.seed !== run.seed],
    ["the budget", before.budget !== now.budget],
    ["the chat settings (`model`)", differ(before.chat, now.chat)],
    ["`train`", differ(before.train, now.train)],
    ["`evaluate`", differ(before.evaluate, now.evaluate)],
    ["the model", locked?.model !== lock?.model],
    ["the data", differ(Object.values(locked?.data ?? {}).sort(), Object.values(lock?.data ?? {}).sort())],
    ["the examples drawn", differ(locked?.examples, lock?.examples)],
    ["the version of Pinch or of its runtime", differ(locked?.versions, lock?.versions)],
  ];
  const parts = named.filter(([, differs]) => differs).map(([part]) => part);
  return parts.length === 0 ? "something" : parts.join(", ").replace(/, ([^,]*)$/, " and $1");
}
