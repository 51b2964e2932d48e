// Caps the rows per language of a source: the same ids are kept in all languages.
import { hash53 } from "./idHashes.ts";
import { Lowest } from "./lowest.ts";

/**
 * Returns the sort key of a row. It depends on the id alone, so that translations stay
 * together and no seed changes it.
 */
export function capKey(id: string): number {
  return hash53(`cap ${id}`);
}

/** Returns the kept rows in the order of the file. */
export function capped<Row extends { readonly id: string }>(
  rows: readonly Row[],
  cap: number | undefined,
): readonly Row[] {
  if (cap === undefined || rows.length <= cap) return rows;
  const kept = new Lowest<Row>(cap);
  for (const row of rows) kept.add(capKey(row.id), row);
  return kept.items();
}
