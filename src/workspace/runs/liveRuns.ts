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
  const going = new Map<number | undefined, string>([
    ...(active === null ? [] : [[active.pid, activeWords(active)] as const]),
    ...others.flatMap(({ run, holder }) =>
      run === null ? [] : [[run.pid, `${activeWords(run)}, in ${holderWords(holder)}`] as const],
    ),
  ]);
  const runs = (await store.all()).filter(({ record }) => record.mixture !== untunedName);
  const listed = runs.map(({ uri, record }): ListedRun => {
    const running = record.status === "running";
    const words = running ? (going.get(record.pid) ?? statusWords(record)) : statusWords(record);
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

/** Whether a process of this window is writing the run. */
export function isWrittenBy(run: StoredRun, pid: number | undefined): boolean {
  return run.record.pid === pid && run.record.status === "running";
}
