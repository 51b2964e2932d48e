// Holm's correction: p values of a whole table, so that one false alarm in it has at most the level's probability.

/**
 * Adjusted p values in the order given: with m values sorted upwards, the largest of (m - i) p_i so far, at most 1
 * (Holm 1979). It holds however the tests depend on each other.
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0));
  const adjusted = new Array<number>(p.length).fill(0);
  let largest = 0;
  order.forEach((at, rank) => {
    largest = Math.max(largest, Math.min(1, (p.length - rank) * (p[at] ?? 0)));
    adjusted[at] = largest;
  });
  return adjusted;
}
