// Serializes the record of a run as written by a window.
import type { RunRecord } from "../../core/records/runRecord.ts";
import { sealed } from "../../core/records/seal.ts";
import { marked } from "../../node/madeHere.ts";
import { sha256OfText } from "../../node/sha256.ts";

/** Content of run.json for a run of this window's process, marked as made by this installation. */
export function textOfRecord(record: RunRecord): string {
  return `${JSON.stringify(sealed(marked(record, "run"), sha256OfText), null, 2)}\n`;
}
