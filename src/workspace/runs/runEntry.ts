// Runs one entry of the queue, from starting or adopting its process to its end, with heartbeats for other
// windows.

import type { QueueEntry } from "../../core/live/queue.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import type { StartChoice } from "../../protocol/runtime.ts";
import type { ActiveRun } from "./activeRun.ts";
import type { QueueParts, RunPlace } from "./queueParts.ts";
import { defaultLimits, performRun, type RunResult } from "./runOne.ts";

export const defaultBeatMs = 1_000;

export interface EntryJob {
  readonly parts: QueueParts;
  readonly entry: QueueEntry;
  readonly place: RunPlace;
  readonly abort: AbortController;
  /** Called before the first request to the process. Returns false if the entry has been removed. */
  begun(pid: number, resume: string | null): Promise<boolean>;
  /** State shared with other windows. */
  active(): ActiveRun | null;
  update(change: Pick<ActiveRun, "progress"> | Pick<ActiveRun, "step">): void;
}

/** Closes the run folder, so that it records how the run ended even if the process could not. */
export async function runEntry(job: EntryJob): Promise<RunResult> {
  const { parts, entry, place, abort } = job;
  const { store, log, launch, limits = defaultLimits } = parts;
  const left = entry.pid === null ? null : await store.leftBehind(entry.pid, entry);
  if (left?.status === "done") return { kind: "done" };
  const resume = left?.resume ?? entry.resume;
  const runtime = launch();
  const claim = store.claim(runtime.pid);
  const beating = setInterval(() => {
    if (place.lock.beat(job.active()) || abort.signal.aborted) return;
    log.warn("Another window took over, because this one did not respond for too long.");
    abort.abort();
  }, parts.beatMs ?? defaultBeatMs);
  try {
    if (!(await job.begun(runtime.pid, resume))) abort.abort();
    const { mixture, seed, inputs } = entry;
    log.info(`Run: ${mixture}, seed ${seed} (process ${runtime.pid}).`);
    const request = {
      file: place.file,
      mixture,
      seed,
      out: place.out,
      device: place.device,
      starter: runtime.starter,
      start: startOf(mixture, resume === null ? null : parts.pathOf(resume)),
      ...(inputs !== undefined && { inputs }),
    };
    const hooks = {
      progress: (progress: ActiveRun["progress"]) => job.update({ progress }),
      step: (step: ActiveRun["step"]) => job.update({ step }),
      log: (message: string) => log.warn(message),
    };
    const result = await performRun(runtime, request, abort.signal, hooks, limits);
    if (result.kind === "cancelled") await store.close(runtime.pid, "cancelled", null);
    else if (result.kind === "failed") await store.close(runtime.pid, "failed", result.error);
    return result;
  } finally {
    clearInterval(beating);
    claim.dispose();
  }
}

/** @param stopped Folder of the run to resume, if any. */
function startOf(mixture: string, stopped: string | null): StartChoice {
  // Scoring the untuned model again would give the same scores, and there is no training to resume.
  if (mixture === untunedName) return { kind: "reuse" };
  return stopped === null ? { kind: "new" } : { kind: "resume", folder: stopped };
}
