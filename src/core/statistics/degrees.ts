// Degrees of freedom of an estimate from clustered prompts.

/** Weight of each cluster, by name or number. */
export type Weights<Cluster> = ReadonlyMap<Cluster, number>;

/**
 * Number of clusters of equal weight with the same information: (sum of weights)^2 / sum of squares (Kish).
 */
export function effectiveClusters(weights: Iterable<number>): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/**
 * Returns at least 1. Parts (languages and seeds) that share clusters, directly or through others, share
 * their degrees of freedom; those of unconnected parts add up.
 */
export function promptDegrees<Cluster>(parts: Iterable<Weights<Cluster>>): number {
  const joined: Map<Cluster, number>[] = [];
  for (const own of parts) {
    let whole = 0;
    for (const weight of own.values()) whole += weight;
    const [first = new Map<Cluster, number>(), ...others] = joined.filter(part => sharesCluster(own, part));
    if (!joined.includes(first)) joined.push(first);
    const add = (from: Weights<Cluster>, scale: number): void => {
      for (const [cluster, weight] of from) first.set(cluster, (first.get(cluster) ?? 0) + weight * scale);
    };
    for (const other of others) {
      add(other, 1);
      joined.splice(joined.indexOf(other), 1);
    }
    add(own, 1 / whole);
  }
  const degrees = joined.reduce((sum, part) => sum + effectiveClusters(part.values()) - 1, 0);
  return Math.max(1, degrees);
}

function sharesCluster<Cluster>(own: Weights<Cluster>, part: Weights<Cluster>): boolean {
  for (const cluster of own.keys()) if (part.has(cluster)) return true;
  return false;
}
