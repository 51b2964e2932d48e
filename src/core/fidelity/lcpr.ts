// Computes the harmonic mean of line-level and word-level pass rate, with its confidence interval.
import type { SampleRecord } from "../records/records.ts";
import { ClusterNumbers } from "../statistics/clusterNumbers.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import { type Interval, midPInterval, shareInterval } from "../statistics/shareInterval.ts";
import { upperNormal, upperT } from "../statistics/studentInterval.ts";

type Judged = Pick<SampleRecord, "id" | "group" | "lpr" | "wpr">;

/** Returns LCPR = 2 · LPR · WPR / (LPR + WPR), see benchmark.ts; 0 if both rates are 0. */
export function harmonicMean(lines: number, words: number): number {
  return lines + words === 0 ? 0 : (2 * lines * words) / (lines + words);
}

/**
 * Returns LCPR over the samples; null if it is undefined because no response passes at line level, or because
 * words are not judged in this language.
 */
export function lcprOf(samples: readonly Judged[]): MetricValue | null {
  const judged = samples.filter(({ lpr }) => typeof lpr === "boolean");
  const passing = judged.filter(({ lpr }) => lpr === true);
  if (!passing.some(({ wpr }) => typeof wpr === "boolean")) return null;
  const n = judged.length;
  const kept = judged.filter(({ wpr }) => wpr === true).length;
  const value = harmonicMean(passing.length / n, kept / passing.length);
  const clusters = new ClusterNumbers();
  const numbersOf = (of: readonly Judged[]): number[] => of.map(sample => clusters.of(sample));
  const ones = (of: readonly Judged[]): number[] => of.map(() => 1);
  // If all outcomes are equal, they show no variance: use the bound of both rates at once,
  // or of the word level alone.
  if (kept === n) return { value, n, interval: shareInterval(ones(judged), numbersOf(judged)) };
  if (kept === 0) {
    const [none] = shareInterval(ones(passing), numbersOf(passing));
    return { value, n, interval: [0, harmonicMean(1, 1 - none)] };
  }
  return { value, n, interval: intervalOf(value, judged, kept, passing.length, numbersOf(judged)) };
}

/**
 * Returns the interval of LCPR = 2 k l / (l^2 + k n), with k responses kept of l passing of n. To first order
 * each cluster moves it by its derivatives; the interval is that of a rate whose number of trials has the
 * same variance, reduced because few clusters estimate that variance poorly.
 */
function intervalOf(value: number, judged: readonly Judged[], k: number, l: number, of: number[]): Interval {
  const n = judged.length;
  const squared = (l * l + k * n) ** 2;
  const byKept = (2 * l ** 3) / squared;
  const byLine = (2 * k * (k * n - l * l)) / squared;
  const byResponse = (-2 * k * k * l) / squared;
  const moved = new Map<number, number>();
  judged.forEach(({ lpr, wpr }, i) => {
    const cluster = of[i] ?? i;
    const by = byResponse + (lpr === true ? byLine : 0) + (wpr === true ? byKept : 0);
    moved.set(cluster, (moved.get(cluster) ?? 0) + by);
  });
  const count = moved.size;
  if (count < 2) return [0, 1];
  const squares = [...moved.values()].reduce((sum, by) => sum + by * by, 0);
  const trials = (value * (1 - value)) / ((squares * count) / (count - 1));
  const known = trials * (upperNormal / upperT(count - 1)) ** 2;
  return midPInterval(value * known, known);
}
