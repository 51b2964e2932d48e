// The record of a run whose process is gone.
import type { RunRecord } from "../../core/run/records.ts";

/** Closed as what it became. */
export function closed(
  record: RunRecord,
  status: "failed" | "cancelled",
  error: RunRecord["error"],
  now: Date,
): RunRecord {
  // An Error's own message is not enumerable: it would be lost in the file.
  const kept = error === null ? null : { message: error.message, remedy: error.remedy };
  return { ...record, status, error: kept, ended: now.toISOString() };
}
