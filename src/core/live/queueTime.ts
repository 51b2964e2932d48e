// Estimates the duration of a queue from finished runs of the same mixture file.

import { untunedName } from "../mixture/mixtureFile.ts";
import type { QueueEntry } from "./queue.ts";

/** A finished run with the facts needed to predict the next one. */
export interface PastRun {
  /** URI of the mixture file. */
  readonly file: string;
  readonly mixture: string;
  readonly seconds: number;
}

/**
 * Returns the expected seconds of an entry: those of the newest run of the same mixture, else the mean of the
 * file's other runs (mixtures of one file have the same budget); null if the file has none. The untuned model
 * is only scored, so it predicts only itself.
 * @param past past runs, newest first
 */
export function expectedSeconds(
  entry: Pick<QueueEntry, "file" | "mixture">,
  past: readonly PastRun[],
): number | null {
  const same = past.filter(run => run.file === entry.file);
  const own = same.find(run => run.mixture === entry.mixture);
  if (own !== undefined) return own.seconds;
  if (entry.mixture === untunedName) return null;
  const tuned = same.filter(run => run.mixture !== untunedName);
  if (tuned.length === 0) return null;
  return tuned.reduce((sum, run) => sum + run.seconds, 0) / tuned.length;
}

export interface QueueTime {
  /** Expected seconds of each waiting entry by id; unknown ones are absent. */
  readonly each: ReadonlyMap<string, number>;
  /** Expected seconds of the running and all waiting entries; null if none is known. */
  readonly total: number | null;
  /** False if some entry is unknown, which makes `total` a lower bound. */
  readonly whole: boolean;
}

/**
 * Estimates the whole queue.
 * @param active remaining seconds of the current run; null if unknown, undefined if there is none
 */
export function queueTime(
  waiting: readonly QueueEntry[],
  past: readonly PastRun[],
  active?: number | null,
): QueueTime {
  const each = new Map(
    waiting.flatMap(entry => {
      const seconds = expectedSeconds(entry, past);
      return seconds === null ? [] : [[entry.id, seconds] as const];
    }),
  );
  const known = [...each.values(), ...(typeof active === "number" ? [active] : [])];
  return {
    each,
    total: known.length === 0 ? null : known.reduce((sum, seconds) => sum + seconds, 0),
    whole: each.size === waiting.length && active !== null,
  };
}
