// The record of a run as a window writes it.
import type { RunRecord } from "../../core/records/records.ts";
import { sealed } from "../../core/records/seal.ts";
import { marked } from "../../node/madeHere.ts";
import { sha256OfText } from "../../node/sha256.ts";

/** What run.json holds of a run that this window's process wrote: it stays this installation's. */
export function textOfRecord(record: RunRecord): string {
  return `${JSON.stringify(sealed(marked(record, "run"), sha256OfText), null, 2)}\n`;
}
