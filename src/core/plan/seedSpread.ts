// Spread of scores between seeds of one mixture: measured from available runs, or assumed when there are too
// few.
import { groupBy } from "../../common/groupBy.ts";
import { untunedName } from "../mixture/mixtureFile.ts";
import type { MetricKey, MetricsRecord } from "../records/records.ts";
import { variance } from "../statistics/influence.ts";

/** Standard deviations between seeds of one mixture, as fractions: 0.05 is 5 points. */
export interface SeedSpread {
  /** Spread of the mean over languages. */
  readonly mean: number;
  /** Spread of one language, pooled over languages. */
  readonly language: number;
  /** Runs that the spread was measured from; null = assumed. */
  readonly from: { readonly runs: number; readonly mixtures: number } | null;
}

/** Close to the example mixtures with several seeds: 3.1 to 5.7 points in the mean over languages. */
export const assumedSpread: SeedSpread = { mean: 0.035, language: 0.05, from: null };

export interface SeededRun {
  readonly mixture: string;
  readonly seed: number;
  /** ISO 8601. The newest run of each mixture and seed counts. */
  readonly started: string;
  readonly metrics: MetricsRecord;
}

/** Minimum degrees of freedom. With fewer, the assumed spread is more reliable. */
const fewestDegrees = 2;
const leading: readonly MetricKey[] = ["followed", "language"];

/**
 * Measures the spread from runs with identical settings. Returns null with fewer than two mixtures with two
 * seeds each, or one with three.
 */
export function knownSpread(runs: readonly SeededRun[]): SeedSpread | null {
  const key = leading.find(metric => runs.some(({ metrics }) => metric in firstCells(metrics)));
  if (key === undefined) return null;
  const newest = new Map(
    [...runs]
      .sort((a, b) => (a.started < b.started ? -1 : 1))
      .filter(({ mixture }) => mixture !== untunedName)
      .map(run => [`${run.mixture}\u0000${run.seed}`, run] as const),
  );
  const mixtures = [...groupBy(newest.values(), ({ mixture }) => mixture).values()].filter(
    ({ length }) => length > 1,
  );
  const [means, languages] = [new Pool(), new Pool()];
  for (const own of mixtures) {
    const scores = own.map(({ metrics }) => scoresOf(metrics, key));
    const common = [...(scores[0]?.keys() ?? [])].filter(tag => scores.every(each => each.has(tag)));
    if (common.length === 0) continue;
    const of = (tag: string): number[] => scores.map(each => each.get(tag) ?? Number.NaN);
    for (const tag of common) languages.add(of(tag));
    means.add(scores.map(each => common.reduce((sum, tag) => sum + (each.get(tag) ?? 0), 0) / common.length));
  }
  if (means.degrees < fewestDegrees) return null;
  return {
    mean: means.deviation,
    language: languages.deviation,
    from: { runs: means.values, mixtures: means.groups },
  };
}

class Pool {
  degrees = 0;
  values = 0;
  groups = 0;
  #squares = 0;

  get deviation(): number {
    return Math.sqrt(this.#squares / this.degrees);
  }

  /** @param values At least two. */
  add(values: readonly number[]): void {
    this.#squares += variance(values) * (values.length - 1);
    this.degrees += values.length - 1;
    this.values += values.length;
    this.groups++;
  }
}

function firstCells({ languages }: MetricsRecord): object {
  return Object.values(languages)[0] ?? {};
}

function scoresOf({ languages }: MetricsRecord, key: MetricKey): Map<string, number> {
  return new Map(
    Object.entries(languages).flatMap(([tag, cells]) => {
      const cell = cells[key];
      return cell === undefined ? [] : [[tag, cell.value] as const];
    }),
  );
}
