// Brings strata into one order of which every beginning is a proportional sample.

export interface Stratum<Item> {
  readonly items: readonly Item[];
  /** In [0, 1), drawn at random: which of several small strata come first. */
  readonly phase: number;
}

/**
 * Of the first h of n items, a stratum of m has its quota h·m/n, rounded down or up: for every h, so that longer
 * samples contain shorter ones. Each item has to come within the time in which its quota begins and ends; of those
 * that may come, so that none of the others is late, the one whose random time is first. (Windows as in Baruah et al.,
 * Proportionate progress, 1996: where they are kept by the earliest deadline, they can be kept by any choice that
 * leaves no time overfull.)
 * @param most Length of the beginning that is wanted.
 */
export function proportionalOrder<Item>(strata: readonly Stratum<Item>[], most: number): Item[] {
  const total = strata.reduce((sum, { items }) => sum + items.length, 0);
  /** Items still to come, by the time at which they are late. */
  const due = new Int32Array(total + 1);
  const deadline = (size: number, taken: number): number => Math.ceil(((taken + 1) * total) / size);
  for (const { items } of strata) for (const i of items.keys()) increase(due, deadline(items.length, i), 1);
  const taken = strata.map(() => 0);
  const order: Item[] = [];
  for (let at = 0; at < Math.min(most, total); at++) {
    const last = firstFullTime(due, at);
    let chosen = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const [i, { items, phase }] of strata.entries()) {
      const done = taken[i] ?? 0;
      if (done === items.length || Math.floor((done * total) / items.length) > at) continue;
      const time = (done + 1 - phase) / items.length;
      if (deadline(items.length, done) > last || time >= least) continue;
      chosen = i;
      least = time;
    }
    const stratum = strata[chosen];
    const item = stratum?.items[taken[chosen] ?? 0];
    if (stratum === undefined || item === undefined) throw new Error(`no stratum may be drawn at ${at}`);
    order.push(item);
    increase(due, deadline(stratum.items.length, taken[chosen] ?? 0), -1);
    increase(taken, chosen, 1);
  }
  return order;
}

/** The first time up to which as many items are due as there are places: one of them must come now. */
function firstFullTime(due: Int32Array, at: number): number {
  let waiting = 0;
  for (let time = at + 1; time < due.length; time++) {
    waiting += due[time] ?? 0;
    if (waiting >= time - at) return time;
  }
  return due.length - 1;
}

function increase(counts: Int32Array | number[], index: number, by: number): void {
  counts[index] = (counts[index] ?? 0) + by;
}
