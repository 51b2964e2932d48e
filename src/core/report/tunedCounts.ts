// Rows and columns of the table of examples that each mixture was tuned on.
import { untunedName } from "../mixture/mixtureFile.ts";
import type { ResultsRow, ResultsTable } from "../results/resultsTable.ts";

export interface TunedCounts {
  readonly rows: readonly ResultsRow[];
  /** Those of the table, then those that are only trained on. */
  readonly languages: readonly string[];
}

export function tunedCounts(table: ResultsTable): TunedCounts {
  const rows = table.rows.filter(row => row.mixture !== untunedName);
  const languages = [...new Set([...table.languages, ...rows.flatMap(row => Object.keys(row.counts))])];
  return { rows, languages };
}
