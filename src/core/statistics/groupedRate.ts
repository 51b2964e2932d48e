// The interval of a pass rate whose prompts come in groups: several wordings of one fact say less than as many facts.
import { exactRateInterval } from "./binomial.ts";
import { isExact } from "./bootstrap.ts";
import { upperNormal, upperT } from "./studentInterval.ts";

/**
 * Student's t over clusters. With few of them, and near 0 and 1, Clopper and Pearson's bound for as many prompts as
 * would have the same variance if they were independent, less what so few clusters tell of it (Korn and Graubard, Survey
 * Methodology 24, 1998).
 * @param clusters number of each prompt's cluster
 */
export function groupedRateInterval(
  passes: readonly boolean[],
  clusters: readonly number[],
): [number, number] {
  const n = passes.length;
  const hits = passes.filter(Boolean).length;
  const rate = hits / n;
  const apart = new Map<number, number>();
  passes.forEach((pass, i) => {
    const cluster = clusters[i] ?? i;
    apart.set(cluster, (apart.get(cluster) ?? 0) + Number(pass) - rate);
  });
  const count = apart.size;
  if (hits === 0 || hits === n) return exactRateInterval(rate * count, count);
  if (count < 2) return [0, 1];
  const squares = [...apart.values()].reduce((sum, value) => sum + value * value, 0);
  const variance = ((squares / (n * n)) * count) / (count - 1);
  const reach = upperT(count - 1);
  // Never more prompts than there are, nor fewer than clusters: chance may have either.
  const effective = Math.max(Math.min(count, n), Math.min(n, (rate * (1 - rate)) / variance));
  const known = effective * (upperNormal / reach) ** 2;
  if (isExact(rate * effective, Math.min(count, effective))) return exactRateInterval(rate * known, known);
  const half = reach * Math.sqrt((rate * (1 - rate)) / effective);
  return [Math.max(0, rate - half), Math.min(1, rate + half)];
}
