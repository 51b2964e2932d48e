// How much more a mean varies because values come in clusters: several wordings of one fact say less than as many facts.
import { effectiveClusters } from "./degrees.ts";

export interface Design {
  /** Variance of the mean over clusters, by that of as many values apart: at least 1, at most values by cluster. */
  readonly effect: number;
  /** Clusters of equal size that would say as much (Kish). */
  readonly clusters: number;
}

/**
 * Chance may have clusters vary less than values apart would, or more than copies of one value would: both are bounds.
 * Values that are all alike are taken for such copies.
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
