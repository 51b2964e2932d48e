// Which rows of a source are kept where it may give so many of each language: the same ids in all.
import { hash53 } from "./idHashes.ts";
import { Lowest } from "./lowest.ts";

/** The order that rows are taken in: one of ids alone, so that translations stay together and no seed changes it. */
export function capKey(id: string): number {
  return hash53(`cap ${id}`);
}

/** In the order of the file. */
export function capped<Row extends { readonly id: string }>(
  rows: readonly Row[],
  cap: number | undefined,
): readonly Row[] {
  if (cap === undefined || rows.length <= cap) return rows;
  const kept = new Lowest<Row>(cap);
  for (const row of rows) kept.add(capKey(row.id), row);
  return kept.items();
}
