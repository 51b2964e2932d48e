// Interleaves strata into one order of which every prefix is a proportional sample.

export interface Stratum<Item> {
  readonly size: number;
  /** Returns the next item; called at most `size` times. */
  readonly take: () => Item;
  /** Random number in [0, 1) that decides which of several small strata come first. */
  readonly phase: number;
}

/**
 * Interleaves strata. Of the first h of n items, a stratum of m has its quota h·m/n, rounded down or up, for
 * every h, so that longer samples contain shorter ones. Each item must come within the window given by its
 * quota; of the items that may come next without making another one late, the one with the lowest random time
 * is taken. (Windows as in Baruah et al., Proportionate progress, 1996: if earliest deadline first meets all
 * windows, so does any choice that leaves no interval overfull.)
 * @param most length of the wanted prefix
 */
export function proportionalOrder<Item>(strata: readonly Stratum<Item>[], most: number): Item[] {
  const total = strata.reduce((sum, { size }) => sum + size, 0);
  /** Number of remaining items, by deadline. */
  const due = new Int32Array(total + 1);
  const deadline = (size: number, taken: number): number => Math.ceil(((taken + 1) * total) / size);
  for (const { size } of strata) for (let i = 0; i < size; i++) increase(due, deadline(size, i), 1);
  const taken = strata.map(() => 0);
  const order: Item[] = [];
  for (let at = 0; at < Math.min(most, total); at++) {
    const last = firstFullTime(due, at);
    let chosen = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const [i, { size, phase }] of strata.entries()) {
      const done = taken[i] ?? 0;
      if (done === size || Math.floor((done * total) / size) > at) continue;
      const time = (done + 1 - phase) / size;
      if (deadline(size, done) > last || time >= least) continue;
      chosen = i;
      least = time;
    }
    const stratum = strata[chosen];
    if (stratum === undefined) throw new Error(`no stratum may be drawn at ${at}`);
    order.push(stratum.take());
    increase(due, deadline(stratum.size, taken[chosen] ?? 0), -1);
    increase(taken, chosen, 1);
  }
  return order;
}

/** Returns the first time by which as many items are due as there are places: one of them must come now. */
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
