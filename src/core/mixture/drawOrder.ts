// Order in which ids are drawn: one per seed, shared by all languages and mixtures, then adjusted by source
// weights.
import { seededRandom } from "../../common/random.ts";
import { type DataSource, sourceNames } from "./dataSource.ts";

/**
 * Returns a function that gives each id's position in the order of a seed: the same for every language and
 * mixture.
 */
export function seedPlaces(seed: number, purpose: string): (id: string) => number {
  const known = new Map<string, number>();
  return id => {
    const place = known.get(id) ?? seededRandom(seed, purpose, id)();
    known.set(id, place);
    return place;
  };
}

/**
 * Caches each language's sorted ids: all mixtures of a file ask for the same ones, often hundreds of
 * thousands.
 */
const ordered = new WeakMap<readonly string[], { readonly key: string; readonly order: readonly string[] }>();

/** The ids of each language in the order in which they are drawn. */
export function drawingOrders(
  languages: readonly string[],
  available: ReadonlyMap<string, readonly string[]>,
  seed: number,
  sources: readonly DataSource[],
): Map<string, readonly string[]> {
  const placeOf = seedPlaces(seed, "draw");
  const weights = weightsOf(sources);
  const key = JSON.stringify([seed, weights]);
  const orders = new Map<string, readonly string[]>();
  for (const language of languages) {
    const ids = available.get(language) ?? [];
    const known = ordered.get(ids);
    const order = known?.key === key ? known.order : weighted(sortedBy(placeOf, ids), weights);
    ordered.set(ids, { key, order });
    orders.set(language, order);
  }
  return orders;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortedBy(placeOf: (id: string) => number, ids: readonly string[]): string[] {
  return [...new Set(ids)].sort((a, b) => placeOf(a) - placeOf(b) || compareText(a, b));
}

interface Weighted {
  /** Prefix of the source's ids. */
  readonly prefix: string;
  readonly weight: number;
}

/** Returns null when no source has a weight: all rows are equally likely. */
function weightsOf(sources: readonly DataSource[]): readonly Weighted[] | null {
  if (sources.every(({ weight }) => weight === undefined)) return null;
  const prefixes = sourceNames(sources);
  return sources.map(({ weight = 1 }, at) => ({ prefix: prefixes[at] ?? "", weight }));
}

/**
 * Places the k-th id of each source at (k + ½) / weight. Any prefix of the result then contains each source's
 * share to within one example, until a source runs out. The order within a source is kept.
 */
function weighted(order: readonly string[], weights: readonly Weighted[] | null): readonly string[] {
  if (weights === null) return order;
  const taken = weights.map(() => 0);
  const places = order.map((id, at) => {
    const source = weights.findIndex(({ prefix }) => id.startsWith(prefix));
    const rank = taken[source] ?? 0;
    taken[source] = rank + 1;
    return { id, at, source, place: (rank + 0.5) / (weights[source]?.weight ?? 1) };
  });
  places.sort((a, b) => a.place - b.place || a.source - b.source || a.at - b.at);
  return places.map(({ id }) => id);
}
