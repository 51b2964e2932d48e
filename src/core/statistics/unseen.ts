// Values that are all alike say nothing of their spread: what no prompt has shown yet, as the exact bound has it.
import type { Random } from "../../common/random.ts";
import type { Cell } from "./cells.ts";

interface Alike {
  readonly value: number;
  readonly clusters: number;
  readonly share: number;
}

/**
 * Where all of a stratum's n values equal v, resampling gives v for certain. That no prompt differs is still likely up
 * to a share of 1 - 0.025^(1/n) of them (Clopper and Pearson): a share drawn from that bound's distribution, Beta(1, n),
 * is moved to the farther end of the range, or from a value inside it to either end. Strata have it in common, as they
 * have prompts: cautious where they don't.
 */
export function addUnseen(
  strata: ReadonlyMap<string, readonly Cell[]>,
  [low, high]: readonly [number, number],
  deviations: Float64Array,
  random: Random,
): void {
  const alike = [...strata.values()].flatMap(cells => alikeOf(cells, 1 / strata.size) ?? []);
  if (alike.length === 0) return;
  for (let r = 0; r < deviations.length; r++) {
    const u = random();
    const up = random() < 0.5;
    let moved = 0;
    for (const { value, clusters, share } of alike) {
      const part = 1 - u ** (1 / clusters);
      const end = value <= low ? high : value >= high ? low : up ? high : low;
      moved += share * part * (end - value);
    }
    deviations[r] = (deviations[r] as number) + moved;
  }
}

function alikeOf(cells: readonly Cell[], share: number): Alike | null {
  let value: number | null = null;
  const clusters = new Set<string>();
  for (const { plus, minus } of cells) {
    for (const [id, { top, bottom }] of plus) {
      const taken = minus?.get(id);
      const one = top / bottom - (taken === undefined ? 0 : taken.top / taken.bottom);
      if (value !== null && one !== value) return null;
      value = one;
      clusters.add(id);
    }
  }
  return value === null ? null : { value, clusters: clusters.size, share };
}
