// Takes up a stopped run where its checkpoint stands, and refuses what does not belong together.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { ratesOf } from "../../core/mixture/learningRate.ts";
import { type RunRecord, runFiles } from "../../core/run/records.ts";
import { temporaryMark } from "../files/atomicWrite.ts";
import { requirePlainFolder } from "../files/plainFiles.ts";
import {
  hasTrainedWeights,
  isResumable,
  listRunFolders,
  type NewRun,
  readRunRecord,
  readSteps,
  settleRun,
  writeRunRecord,
} from "../files/runFolder.ts";
import { canonicalJson, continuationHash, trainingIdentity } from "../files/runName.ts";
import { readCheckpoint, type StoredCheckpoint } from "./checkpoint.ts";

/** Where a run begins. */
export interface RunStart {
  readonly folder: string;
  /** `continuationHash` of the run. */
  readonly identity: string;
  /** null: from the first step. Of several learning rates it is of one of them, tried since or not. */
  readonly checkpoint: StoredCheckpoint | null;
  /** Training has ended already: only the evaluation is missing. */
  readonly trained: boolean;
}

const anew = "Start the run anew, without resuming.";

/**
 * The folder says `running` again, in this process's name, when this returns.
 * @param run What would be started anew: the stopped run must be the same in all but its device.
 * @throws HumanError when the run has ended well, still runs, is another one, or left nothing to go on from.
 */
export function resumeRun(folder: string, run: NewRun): RunStart {
  requirePlainFolder(folder);
  const record = settleRun(folder);
  const name = basename(folder);
  if (record.status === "running")
    throw new HumanError(`${name} is being written by process ${record.pid}.`, {
      remedy: "Wait for that run, or stop it first.",
    });
  if (record.status === "done")
    throw new HumanError(`${name} has finished.`, { remedy: "Start the run anew to repeat it." });
  const identity = continuationHash(run);
  if (continuationHash(record) !== identity)
    throw new HumanError(
      `${name} can't be resumed: ${differences(record, run)} changed since it was started.`,
      {
        remedy: `Bring back what it was started with, or start the run anew.`,
      },
    );
  if (!isResumable(folder))
    throw new HumanError(`${name} was stopped before its first checkpoint.`, { remedy: anew });
  const trained = hasTrainedWeights(folder);
  const checkpoint = trained ? null : readCheckpoint(folder);
  const { train } = run.configuration;
  const rates = train === null ? [] : ratesOf(train);
  if (
    checkpoint !== null &&
    !rates.some(rate => checkpoint.identity === trainingIdentity(identity, rates, rate))
  )
    throw new HumanError(`The checkpoint in ${name} belongs to another run.`, { remedy: anew });
  removeUnfinished(join(folder, runFiles.checkpoint));
  removeUnfinished(join(folder, runFiles.candidates));
  const step = checkpoint?.step ?? readSteps(folder).at(-1)?.step ?? 0;
  const device = run.lock?.device ?? "cpu";
  writeRunRecord(folder, {
    ...record,
    status: "running",
    pid: process.pid,
    ended: null,
    error: null,
    resumed: [...(record.resumed ?? []), { step, time: new Date().toISOString(), device }],
  });
  return { folder, identity, checkpoint, trained };
}

/** What `--resume` finds. */
export interface Resumable {
  /** The newest stopped run of the same configuration and lock that left something to go on from; null: none. */
  readonly folder: string | null;
  /** In words, the newest that is of the same mixture and seed and can't be gone on with; null: none. */
  readonly passedOver: string | null;
}

/** @param out Folder of run folders. */
export function findResumable(out: string, run: NewRun): Resumable {
  const identity = continuationHash(run);
  let newest: { readonly folder: string; readonly started: string } | null = null;
  let other: { readonly folder: string; readonly record: RunRecord } | null = null;
  for (const folder of listRunFolders(out)) {
    let record: RunRecord;
    try {
      record = readRunRecord(folder);
    } catch {
      continue; // A folder that can't be read is not the one.
    }
    if (record.mixture !== run.mixture || record.seed !== run.seed) continue;
    const { status } = settleRun(folder);
    if (status === "running" || status === "done") continue;
    if (!isResumable(folder)) continue;
    if (continuationHash(record) !== identity) {
      if (other === null || record.started > other.record.started) other = { folder, record };
      continue;
    }
    if (newest === null || record.started > newest.started) newest = { folder, started: record.started };
  }
  return {
    folder: newest?.folder ?? null,
    passedOver:
      other === null
        ? null
        : `The stopped run ${basename(other.folder)} is not gone on with: ${differences(other.record, run)} changed since it was started.`,
  };
}

/** For people: which parts of two runs are not the same. */
function differences(stopped: RunRecord, run: NewRun): string {
  const differ = (a: unknown, b: unknown): boolean => canonicalJson(a) !== canonicalJson(b);
  const [before, now] = [stopped.configuration, run.configuration];
  const [locked, lock] = [stopped.lock, run.lock];
  const named: readonly (readonly [string, boolean])[] = [
    ["the mixture", stopped.mixture !== run.mixture || differ(before.form, now.form)],
    ["the seed", stopped.seed !== run.seed],
    ["the budget", before.budget !== now.budget],
    ["how its model is asked (`model`)", differ(before.chat, now.chat)],
    ["`train`", differ(before.train, now.train)],
    ["`evaluate`", differ(before.evaluate, now.evaluate)],
    ["the model", locked?.model !== lock?.model],
    ["the data", differ(Object.values(locked?.data ?? {}).sort(), Object.values(lock?.data ?? {}).sort())],
    ["the examples drawn", differ(locked?.examples, lock?.examples)],
    ["the version of Pinch or of what it runs on", differ(locked?.versions, lock?.versions)],
  ];
  const parts = named.filter(([, differs]) => differs).map(([part]) => part);
  return parts.length === 0 ? "something" : parts.join(", ").replace(/, ([^,]*)$/, " and $1");
}

function removeUnfinished(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (name.includes(temporaryMark)) rmSync(join(folder, name), { force: true });
}
