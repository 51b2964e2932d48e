// The harmonic mean of line-level and word-level pass rate, with its interval.
import type { Random } from "../../common/random.ts";
import type { MetricValue, SampleRecord } from "../run/records.ts";
import { drawBinomial } from "../statistics/binomial.ts";
import { bootstrapRate, quantile } from "../statistics/bootstrap.ts";

type Judged = Pick<SampleRecord, "lpr" | "wpr">;

const lowerTail = 0.025;
const upperTail = 0.975;

/** LCPR = 2 · LPR · WPR / (LPR + WPR), see benchmark.ts; 0 where both are. */
export function harmonicMean(lines: number, words: number): number {
  return lines + words === 0 ? 0 : (2 * lines * words) / (lines + words);
}

/** null where it is not defined: no response passes at line level, or words are not judged in this language. */
export function lcprOf(samples: readonly Judged[], random: Random, resamples: number): MetricValue | null {
  const judged = samples.filter(({ lpr }) => typeof lpr === "boolean");
  const outcomes = judged.map(({ wpr }) => wpr === true);
  const passing = judged.filter(({ lpr }) => lpr === true);
  if (!passing.some(({ wpr }) => typeof wpr === "boolean")) return null;
  const n = judged.length;
  const kept = outcomes.filter(Boolean).length;
  const value = harmonicMean(passing.length / n, kept / passing.length);
  // Where every resample comes out alike the bootstrap would claim certainty: exact bounds instead, of both rates
  // at once where all pass, of the word level alone where nothing does.
  if (kept === n) return { value, n, interval: bootstrapRate(outcomes, random, resamples) };
  if (kept === 0) {
    const [, upper] = bootstrapRate(new Array<boolean>(passing.length).fill(false), random, resamples);
    return { value, n, interval: [0, harmonicMean(1, upper)] };
  }
  // A resample counts three kinds of responses: its counts are drawn, not each response.
  const lost = passing.length - kept;
  const values = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    const words = drawBinomial(n, kept / n, random);
    const lines = words + drawBinomial(n - words, lost / (n - kept), random);
    values[r] = lines === 0 ? 0 : harmonicMean(lines / n, words / lines);
  }
  values.sort();
  return { value, n, interval: [quantile(values, lowerTail), quantile(values, upperTail)] };
}
