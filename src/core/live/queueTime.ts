// How long a queue will take, from runs of the same mixture file that have ended.

import { baseMixtureName } from "../mixture/mixtureFile.ts";
import type { QueueEntry } from "./queue.ts";

/** A finished run, as far as its time tells something about the next one. */
export interface PastRun {
  /** The mixture file, as a URI. */
  readonly file: string;
  readonly mixture: string;
  readonly seconds: number;
}

/**
 * Seconds: those of the newest run of the same mixture, else the mean of the file's other runs (mixtures of one file
 * have one budget); null where the file has none yet. The untuned model is only scored, so it tells about itself only.
 * @param past Newest first.
 */
export function expectedSeconds(
  entry: Pick<QueueEntry, "file" | "mixture">,
  past: readonly PastRun[],
): number | null {
  const same = past.filter(run => run.file === entry.file);
  const own = same.find(run => run.mixture === entry.mixture);
  if (own !== undefined) return own.seconds;
  if (entry.mixture === baseMixtureName) return null;
  const tuned = same.filter(run => run.mixture !== baseMixtureName);
  if (tuned.length === 0) return null;
  return tuned.reduce((sum, run) => sum + run.seconds, 0) / tuned.length;
}

export interface QueueTime {
  /** Seconds of each waiting entry by id, where they can be told. */
  readonly each: ReadonlyMap<string, number>;
  /** Seconds of what runs and of all that wait; null where nothing can be told. */
  readonly total: number | null;
  /** False: some entry can't be told, and `total` is the least. */
  readonly whole: boolean;
}

/** @param active Seconds left of the run under way; null: not known, undefined: none. */
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
