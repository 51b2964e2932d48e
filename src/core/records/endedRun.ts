// Closes the record of a run, and lists the files that a run can be resumed from.
import { candidatesFile, checkpointFile, earlierCheckpointFile, runFiles } from "./records.ts";
import type { RunRecord, RunStatus } from "./runRecord.ts";

export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly error?: RunRecord["error"];
  readonly timings?: RunRecord["timings"];
  readonly peakMemoryBytes?: number | null;
}

/**
 * Returns the record of a run that has ended, without its owner, which is of no further use and should not be
 * shared with the folder.
 * @param ended ISO 8601.
 */
export function endedRun({ owner: _, ...record }: RunRecord, end: RunEnd, ended: string): RunRecord {
  const { error = null } = end;
  return {
    ...record,
    status: end.status,
    ended,
    // An Error's own message is not enumerable, so it would be missing in the file.
    error: error === null ? null : { message: error.message, remedy: error.remedy },
    timings: end.timings ?? record.timings,
    // For a resumed run, the record holds the peak memory of an earlier process.
    peakMemoryBytes: Math.max(end.peakMemoryBytes ?? 0, record.peakMemoryBytes ?? 0) || null,
  };
}

export const resumeRemedy =
  "Its checkpoint is kept: resume the run to continue from there (pinch run FILE --resume, or Resume Run in the Runs view).";

/** Error for a run whose process was killed before it could record one. */
export function diedError(isResumable: boolean): NonNullable<RunRecord["error"]> {
  return {
    message: "The process of this run ended before the run did: it was killed, or memory ran out.",
    remedy: isResumable
      ? resumeRemedy
      : "Start the run again. If memory was short, set train.gradientCheckpointing: on in the mixture file, or lower train.maxTokens or train.batchTokens.",
  };
}

/**
 * Files that hold training state: with any of them a run can be resumed, from a checkpoint or from the rates
 * tried.
 */
export const statePaths: readonly (readonly string[])[] = [
  [runFiles.checkpoint, checkpointFile],
  [runFiles.checkpoint, earlierCheckpointFile],
  [runFiles.candidates, candidatesFile],
];

/** Returns files that show that training finished: an adapter or a whole model, if the record lists it. */
export function weightPaths({ files }: Pick<RunRecord, "files">): (readonly string[])[] {
  const written = [
    [runFiles.adapter, "adapter_config.json"],
    [runFiles.model, "model.safetensors"],
  ];
  if (files === undefined) return written; // a run of an older version
  return written.filter(([folder]) => Object.keys(files).some(path => path.startsWith(`${folder}/`)));
}

/** Files whose times show when a dead process was last active. */
export const lastSignFiles: readonly string[] = [runFiles.run, runFiles.claim, runFiles.events];
