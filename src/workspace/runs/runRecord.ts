// The record of a run whose process is gone.
import type { RunRecord } from "../../core/records/records.ts";
import { sealed } from "../../core/records/seal.ts";
import { marked } from "../../machine/madeHere.ts";
import { sha256OfText } from "../../machine/sha256.ts";

/** Closed as what it became. */
export function closed(
  { owner: _, ...record }: RunRecord,
  status: "failed" | "cancelled",
  error: RunRecord["error"],
  now: Date,
): RunRecord {
  // An Error's own message is not enumerable: it would be lost in the file.
  const kept = error === null ? null : { message: error.message, remedy: error.remedy };
  return { ...record, status, error: kept, ended: now.toISOString() };
}

/** What run.json holds of a run that this window's process wrote: it stays this installation's. */
export function textOfRecord(record: RunRecord): string {
  return `${JSON.stringify(sealed(marked(record, "run"), sha256OfText), null, 2)}\n`;
}
