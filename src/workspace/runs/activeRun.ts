// The current run, as views show it and as other windows read it from the lock file.
import { isObject } from "../../common/json.ts";
import { stepEventOf } from "../../core/records/events.ts";
import type { StepEvent } from "../../core/records/records.ts";
import type { ProgressUpdate } from "../../protocol/runtime.ts";
import { isProgress } from "./checkAnswers.ts";

export interface ActiveRun {
  /** Id of its entry in the queue. */
  readonly id: string;
  /** URI of the mixture file. */
  readonly file: string;
  readonly mixture: string;
  readonly seed: number;
  /** 1-based position among `total` since the queue was last empty. */
  readonly index: number;
  readonly total: number;
  readonly pid: number;
  /** URI of the folder of the stopped run that it resumes; null for a new run. */
  readonly resume: string | null;
  readonly progress: ProgressUpdate | null;
  readonly step: StepEvent | null;
  readonly stopping: boolean;
}

/** Parses the state written by another window; returns null if it is malformed. */
export function readActive(state: unknown): ActiveRun | null {
  if (!isObject(state)) return null;
  const { id, file, mixture, seed, index, total, pid, resume, progress, step, stopping } = state;
  if (typeof id !== "string" || typeof file !== "string" || typeof mixture !== "string") return null;
  if (typeof seed !== "number" || typeof index !== "number" || typeof total !== "number") return null;
  if (typeof pid !== "number") return null;
  return {
    id,
    file,
    mixture,
    seed,
    index,
    total,
    pid,
    resume: typeof resume === "string" ? resume : null,
    progress: isProgress(progress) ? progress : null,
    step: stepEventOf(step),
    stopping: stopping === true,
  };
}
