// Which prompts are resampled together: columns of sums, over clusters, in independent components.
import type { Sums } from "./observations.ts";

/** One stratum and seed of what is estimated: factor * sum(top) / sum(bottom), added up over all columns. */
export interface ColumnSource {
  readonly stratum: string;
  /** Each column counts as this much of the whole; negative for what is taken off. */
  readonly factor: number;
  readonly clusters: ReadonlyMap<string, Sums>;
}

export interface Column {
  readonly factor: number;
  readonly tops: Float64Array; // clusters
  readonly bottoms: Float64Array; // clusters; 0 = the column lacks this one
}

/** Strata that share prompts, directly or through others: they are resampled together, apart from all others. */
export interface Component {
  readonly clusters: number;
  readonly columns: readonly Column[];
}

export function componentsOf(sources: readonly ColumnSource[]): Component[] {
  const groups: { ids: Map<string, number>; sources: ColumnSource[] }[] = [];
  for (const source of sources) {
    const joined = groups.filter(({ ids }) => sharesAny(source.clusters, ids));
    const [first = { ids: new Map<string, number>(), sources: [] }, ...others] = joined;
    if (joined.length === 0) groups.push(first);
    for (const other of others) {
      for (const id of other.ids.keys()) addTo(first.ids, id);
      first.sources.push(...other.sources);
      groups.splice(groups.indexOf(other), 1);
    }
    for (const id of source.clusters.keys()) addTo(first.ids, id);
    first.sources.push(source);
  }
  return groups.map(({ ids, sources: own }) => ({
    clusters: ids.size,
    columns: own.map(source => columnOf(source, ids)),
  }));
}

function sharesAny(clusters: ReadonlyMap<string, Sums>, ids: ReadonlyMap<string, number>): boolean {
  for (const id of clusters.keys()) if (ids.has(id)) return true;
  return false;
}

function addTo(ids: Map<string, number>, id: string): void {
  if (!ids.has(id)) ids.set(id, ids.size);
}

function columnOf({ factor, clusters }: ColumnSource, ids: ReadonlyMap<string, number>): Column {
  const tops = new Float64Array(ids.size);
  const bottoms = new Float64Array(ids.size);
  for (const [id, { top, bottom }] of clusters) {
    const at = ids.get(id) ?? 0;
    tops[at] = top;
    bottoms[at] = bottom;
  }
  return { factor, tops, bottoms };
}
