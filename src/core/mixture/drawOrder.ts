// The order that ids are drawn in: one for a seed, whatever the language and the mixture; weights of sources lead it.
import { seededRandom } from "../../common/random.ts";
import { type DataSource, sourceNames } from "./dataSource.ts";

/** Where an id stands in a seed's order: the same for every language and every mixture. */
export function seedPlaces(seed: number, purpose: string): (id: string) => number {
  const known = new Map<string, number>();
  return id => {
    const place = known.get(id) ?? seededRandom(seed, purpose, id)();
    known.set(id, place);
    return place;
  };
}

/** Of ids that were put in order before: the mixtures of a file ask for the same languages, by the hundred thousand ids. */
const ordered = new WeakMap<readonly string[], { readonly key: string; readonly order: readonly string[] }>();

/** The ids of each language in the order in which they are taken. */
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
  /** What the ids of the source begin with. */
  readonly prefix: string;
  readonly weight: number;
}

/** null: every row is drawn alike. */
function weightsOf(sources: readonly DataSource[]): readonly Weighted[] | null {
  if (sources.every(({ weight }) => weight === undefined)) return null;
  const prefixes = sourceNames(sources);
  return sources.map(({ weight = 1 }, at) => ({ prefix: prefixes[at] ?? "", weight }));
}

/**
 * Each source's k-th id at (k + ½) / weight: of however many are taken from the beginning, the sources have their shares
 * to within one example, as long as each has some left. Within a source the order stays.
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
