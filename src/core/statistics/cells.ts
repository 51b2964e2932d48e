// Cells of an estimate: one stratum and seed of a mean or of a difference.
import type { Sums } from "./observations.ts";

export interface Cell {
  readonly stratum: string;
  /** Index of the seed, or of the pair of seeds. */
  readonly seed: number;
  readonly plus: ReadonlyMap<string, Sums>;
  /** Subtracted, over the same clusters; null for a mean. */
  readonly minus: ReadonlyMap<string, Sums> | null;
}

export function cellValue({ plus, minus }: Cell): number {
  return ratioOf(plus) - (minus === null ? 0 : ratioOf(minus));
}

export function ratioOf(clusters: ReadonlyMap<string, Sums>): number {
  let top = 0;
  let bottom = 0;
  for (const sums of clusters.values()) {
    top += sums.top;
    bottom += sums.bottom;
  }
  return top / bottom;
}

export function byStratum(cells: readonly Cell[]): ReadonlyMap<string, readonly Cell[]> {
  const strata = new Map<string, Cell[]>();
  for (const cell of cells) {
    const own = strata.get(cell.stratum);
    if (own === undefined) strata.set(cell.stratum, [cell]);
    else own.push(cell);
  }
  return strata;
}
