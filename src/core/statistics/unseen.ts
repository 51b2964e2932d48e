// Bounds the effect of unseen values when all observed values are equal, by the exact binomial bound.
import type { Cell } from "./cells.ts";

/** Additional distance of an estimate, below and above, due to unseen values; 95 % together. */
export interface Unseen {
  readonly below: number;
  readonly above: number;
}

/**
 * If the values of a stratum's n clusters all equal v, their variance cannot be estimated. Up to a share of 1
 * - 0.025^(1/n) of clusters may still differ (Clopper and Pearson), each at the farther end of the range; for
 * v inside the range it may be either end, between which the level is split. The bounds of strata add up, as
 * if they shared their prompts, which is conservative when they do not.
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
