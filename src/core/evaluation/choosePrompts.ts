// Takes a part of the evaluation rows: the same prompts in all languages, more of them containing fewer.
import { hash32 } from "../../common/random.ts";

/** In the given order. Ids decide, by their hash: neither the order of a file nor its other rows do. */
export function choosePrompts<Row extends { readonly id: string }>(
  rows: readonly Row[],
  most: number,
): readonly Row[] {
  if (rows.length <= most) return rows;
  const ranked = rows
    .map(row => ({ row, rank: hash32(`prompt\u0000${row.id}`) }))
    .sort((a, b) => a.rank - b.rank || (a.row.id < b.row.id ? -1 : 1));
  const chosen = new Set(ranked.slice(0, most).map(({ row }) => row));
  return rows.filter(row => chosen.has(row));
}
