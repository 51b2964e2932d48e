// How far apart seeds of one mixture score: from runs at hand, or as assumed where there are too few.
import { groupBy } from "../../common/groupBy.ts";
import { baseMixtureName } from "../mixture/mixtureFile.ts";
import type { MetricKey, MetricsRecord } from "../records/records.ts";
import { variance } from "../statistics/influence.ts";

/** Standard deviations between seeds of one mixture, as shares: 0.05 is 5 points. */
export interface SeedSpread {
  /** Of the mean over languages. */
  readonly mean: number;
  /** Of one language, pooled. */
  readonly language: number;
  /** What it is known from; null: assumed. */
  readonly from: { readonly runs: number; readonly mixtures: number } | null;
}

/** Near what the example's mixtures with several seeds have, 3.1 to 5.7 points in the mean over languages. */
export const assumedSpread: SeedSpread = { mean: 0.035, language: 0.05, from: null };

export interface SeededRun {
  readonly mixture: string;
  readonly seed: number;
  /** ISO 8601; of several runs of one mixture and seed the newest counts. */
  readonly started: string;
  readonly metrics: MetricsRecord;
}

/** Fewer squared deviations tell less than the assumption. */
const fewestDegrees = 2;
const leading: readonly MetricKey[] = ["followed", "language"];

/** Of runs with one and the same settings; null: fewer than two mixtures with two seeds each, or one with three. */
export function knownSpread(runs: readonly SeededRun[]): SeedSpread | null {
  const key = leading.find(metric => runs.some(({ metrics }) => metric in firstCells(metrics)));
  if (key === undefined) return null;
  const newest = new Map(
    [...runs]
      .sort((a, b) => (a.started < b.started ? -1 : 1))
      .filter(({ mixture }) => mixture !== baseMixtureName)
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

  /** @param values two or more */
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
