// Values that are all alike say nothing of their spread: what no prompt has shown yet, as the exact bound has it.
import type { Cell } from "./cells.ts";

/** How much farther an estimate may lie, below and above, by what was not seen; 95 % together. */
export interface Unseen {
  readonly below: number;
  readonly above: number;
}

/**
 * Where all values of a stratum's n clusters equal v, no variance can be estimated. That none differs is still likely up
 * to a share of 1 - 0.025^(1/n) of them (Clopper and Pearson), which would lie at the farther end of the range; from a
 * value inside it they may lie at either, for which the level is shared. Strata have it in common, as they have prompts:
 * cautious where they don't.
 */
export function unseenOf(
  strata: ReadonlyMap<string, readonly Cell[]>,
  [low, high]: readonly [number, number],
): Unseen {
  let below = 0;
  let above = 0;
  for (const cells of strata.values()) {
    const alike = alikeOf(cells);
    if (alike === null) continue;
    const { value, clusters } = alike;
    const isInside = value > low && value < high;
    const bound = (1 - (isInside ? 0.05 : 0.025) ** (1 / clusters)) / strata.size;
    below += bound * (value - low);
    above += bound * (high - value);
  }
  return { below, above };
}

function alikeOf(cells: readonly Cell[]): { readonly value: number; readonly clusters: number } | null {
  let value: number | null = null;
  const clusters = new Set<string>();
  for (const { plus, minus } of cells) {
    for (const [id, { cluster, top, bottom }] of plus) {
      const taken = minus?.get(id);
      const one = top / bottom - (taken === undefined ? 0 : taken.top / taken.bottom);
      if (value !== null && one !== value) return null;
      value = one;
      clusters.add(cluster);
    }
  }
  return value === null ? null : { value, clusters: clusters.size };
}
