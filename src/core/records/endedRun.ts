// The end of a run in its record, and what its folder then holds to go on from.
import {
  candidatesFile,
  checkpointFile,
  earlierCheckpointFile,
  type RunRecord,
  type RunStatus,
  runFiles,
} from "./records.ts";

export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly error?: RunRecord["error"];
  readonly timings?: RunRecord["timings"];
  readonly peakMemoryBytes?: number | null;
}

/**
 * The record without its owner, who is of no use any more and nobody's business wherever the folder goes.
 * @param ended ISO 8601.
 */
export function endedRun({ owner: _, ...record }: RunRecord, end: RunEnd, ended: string): RunRecord {
  const { error = null } = end;
  return {
    ...record,
    status: end.status,
    ended,
    // An Error's own message is not enumerable: it would be lost in the file.
    error: error === null ? null : { message: error.message, remedy: error.remedy },
    timings: end.timings ?? record.timings,
    // A run that was resumed has the memory of an earlier process on record.
    peakMemoryBytes: Math.max(end.peakMemoryBytes ?? 0, record.peakMemoryBytes ?? 0) || null,
  };
}

export const resumeRemedy =
  "Its checkpoint is kept: resume the run to go on from there (pinch run FILE --resume, or Resume Run in the Runs view).";

/** The error of a run whose process was killed before it could write one. */
export function diedError(isResumable: boolean): NonNullable<RunRecord["error"]> {
  return {
    message: "The process of this run ended before the run did: it was killed, or memory ran out.",
    remedy: isResumable
      ? resumeRemedy
      : "Start the run again; if memory was short, lower batchTokens or maxTokens in the mixture file.",
  };
}

/** Any of these files in a run's folder is a state of its training to go on from: a checkpoint, or rates tried. */
export const statePaths: readonly (readonly string[])[] = [
  [runFiles.checkpoint, checkpointFile],
  [runFiles.checkpoint, earlierCheckpointFile],
  [runFiles.candidates, candidatesFile],
];

/** Any of these files shows that the training came to its end: an adapter or a whole model, if the record names it. */
export function weightPaths({ files }: Pick<RunRecord, "files">): (readonly string[])[] {
  const written = [
    [runFiles.adapter, "adapter_config.json"],
    [runFiles.model, "model.safetensors"],
  ];
  if (files === undefined) return written; // a run of an older version
  return written.filter(([folder]) => Object.keys(files).some(path => path.startsWith(`${folder}/`)));
}

/** Files whose times show when a process that is gone was last at work. */
export const lastSignFiles: readonly string[] = [runFiles.run, runFiles.claim, runFiles.events];
