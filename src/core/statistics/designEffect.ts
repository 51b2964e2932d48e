// Design effect: how much clusters inflate the variance of a mean. Several wordings of one fact carry less
// information than as many facts.
import { effectiveClusters } from "./degrees.ts";

export interface Design {
  /** Variance of the mean, relative to that of independent values: between 1 and values per cluster. */
  readonly effect: number;
  /** Number of clusters of equal size with the same information (Kish). */
  readonly clusters: number;
}

/**
 * Both bounds are needed because clusters may, by chance, vary less than independent values, or more than
 * copies of one value. Values that are all equal are treated as such copies.
 * @param clusters number of each value's cluster
 */
export function designOf(values: readonly number[], clusters: readonly number[]): Design {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const apart = new Map<number, number>();
  const sizes = new Map<number, number>();
  let own = 0;
  values.forEach((value, i) => {
    const cluster = clusters[i] ?? Number.NaN;
    apart.set(cluster, (apart.get(cluster) ?? 0) + value - mean);
    sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
    own += (value - mean) ** 2;
  });
  const effective = effectiveClusters(sizes.values());
  const most = n / effective;
  if (apart.size === n || own === 0 || effective <= 1) return { effect: most, clusters: effective };
  let together = 0;
  for (const each of apart.values()) together += each ** 2;
  const effect = ((together / own) * (effective / (effective - 1)) * (n - 1)) / n;
  return { effect: Math.min(most, Math.max(1, effect)), clusters: effective };
}
