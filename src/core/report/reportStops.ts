// Reports early stopping: where each training ended, the step that was kept, and the losses behind the choice.
import type { DataTable } from "../figures/dataTable.ts";
import { displayName, sortedTags } from "../language/tags.ts";
import type { RunRecord } from "../records/runRecord.ts";

/** One row for each run with early stopping; null when there is none. */
export function stopsTable(records: readonly RunRecord[]): DataTable | null {
  const stops = records.flatMap(({ mixture, seed, earlyStop }) =>
    earlyStop == null ? [] : [{ mixture, seed, ...earlyStop }],
  );
  if (stops.length === 0) return null;
  const languages = sortedTags(new Set(stops.flatMap(({ losses }) => Object.keys(losses))));
  return {
    caption:
      "Early stopping: steps trained of those planned, the step kept, and its loss on the development data (nats per token; the mean is over languages)",
    head: ["Mixture", "Seed", "Trained", "Kept", "Mean", ...languages.map(tag => displayName(tag))],
    rows: stops.map(({ mixture, seed, trained, planned, kept, loss, losses }) => [
      mixture,
      String(seed),
      `${trained} of ${planned}`,
      String(kept),
      loss.toFixed(3),
      ...languages.map(language => losses[language]?.toFixed(3) ?? "–"),
    ]),
  };
}
