// Holm's correction of the p values of a table, which bounds the chance of any false positive.

/**
 * Adjusted p values in the given order: with m values in ascending order, the largest (m - i) p_i so far, at
 * most 1 (Holm 1979). Valid under any dependence between the tests.
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
