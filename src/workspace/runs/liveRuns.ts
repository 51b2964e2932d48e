// The list of runs for the live charts: running ones first, then the newest.
import * as vscode from "vscode";
import { type PastRun, queueTime } from "../../core/live/queueTime.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import type { LiveRunItem } from "../../protocol/liveView.ts";
import type { ActiveRun } from "./activeRun.ts";
import { holderWords } from "./otherWindows.ts";
import type { RunQueue } from "./runQueue.ts";
import type { RunStore } from "./runStore.ts";
import { activeWords, countWords, queueWords, statusWords } from "./runText.ts";
import type { StoredRun } from "./storedRun.ts";

export type ListedRun = Omit<LiveRunItem, "fault"> & { readonly uri: vscode.Uri };

/** Runs with curves, which excludes the untuned model. */
export async function listRuns(store: RunStore, queue: RunQueue): Promise<ListedRun[]> {
  const { active, others } = queue;
  const going = [
    ...(active === null ? [] : [{ run: active, words: activeWords(active) }]),
    ...others.flatMap(({ run, holder }) =>
      run === null ? [] : [{ run, words: `${activeWords(run)}, in ${holderWords(holder)}` }],
    ),
  ];
  const runs = (await store.all()).filter(({ record }) => record.mixture !== untunedName);
  const listed = runs.map((stored): ListedRun => {
    const { uri, record } = stored;
    const current = going.find(({ run }) => isFolderOf(stored, run));
    const running = record.status === "running" || current !== undefined;
    const words = current?.words ?? statusWords(record);
    return {
      id: uri.toString(),
      uri,
      label: `${record.mixture}, seed ${record.seed}`,
      state: running ? "running" : "ended",
      words: [words, countWords(record.counts)].join(" · "),
    };
  });
  return [
    ...listed.filter(({ state }) => state === "running"),
    ...listed.filter(({ state }) => state !== "running"),
  ];
}

/** Text about the waiting runs and the time left; empty if none is waiting. */
export async function queueInWords(store: RunStore, queue: RunQueue): Promise<string> {
  const { active, waiting, paused } = queue;
  const left = active === null ? undefined : (active.progress?.secondsLeft ?? null);
  return queueWords(waiting.length, paused, queueTime(waiting, pastRuns(await store.all(), active), left));
}

/** Durations from which queue times are estimated: the current run, then past ones, newest first. */
export function pastRuns(runs: readonly StoredRun[], active: ActiveRun | null): PastRun[] {
  const past = runs.flatMap(({ record }) => {
    if (record.status !== "done" || record.timings === null) return [];
    const { train, evaluate } = record.timings;
    const file = vscode.Uri.file(record.configuration.file).toString();
    return [{ file, mixture: record.mixture, seconds: train + evaluate }];
  });
  const left = active?.progress?.secondsLeft ?? null;
  const own = runs.find(run => isWrittenBy(run, active?.pid))?.record;
  if (active === null || left === null || own === undefined || own.resumed !== undefined) return past;
  const seconds = (Date.now() - Date.parse(own.started)) / 1000 + left;
  return [{ file: active.file, mixture: active.mixture, seconds }, ...past];
}

/** Whether the process of a current run is writing the folder, or is about to resume the run in it. */
export function isFolderOf(stored: StoredRun, run: ActiveRun | null): boolean {
  return run !== null && (isWrittenBy(stored, run.pid) || stored.uri.toString() === run.resume);
}

function isWrittenBy({ record }: StoredRun, pid: number | undefined): boolean {
  return record.pid === pid && record.status === "running";
}
