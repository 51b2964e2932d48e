// The runs whose outputs are shown for a mixture file: the newest of each mixture and seed.
import { type Experiment, experimentsOf } from "../../core/experiments/experiments.ts";
import { differenceMark, groupDifferences } from "../../core/experiments/settingDifferences.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";

export interface AnsweredRun extends StoredRun {
  /** Differences from the newest experiment of the mixture file; absent for runs of that experiment. */
  readonly apart?: string;
}

/**
 * Newest scored run of each mixture and seed: from the newest experiment of its mixture file if that has one,
 * else from an older one, with its differences.
 */
export function latestRuns(runs: readonly AnsweredRun[]): AnsweredRun[] {
  const scored = runs.filter(({ metrics }) => metrics !== null);
  const experiments = experimentsOf(scored);
  const fileOf = ({ record }: AnsweredRun): string => record.configuration.file;
  const newestOf = new Map<string, Experiment<AnsweredRun>>();
  for (const each of experiments)
    if (!newestOf.has(fileOf(each.newest))) newestOf.set(fileOf(each.newest), each);
  const found = new Map<string, AnsweredRun>();
  for (const run of scored) {
    const { mixture, seed } = run.record;
    const key = JSON.stringify([fileOf(run), mixture, seed]);
    const known = found.get(key);
    if (known !== undefined && known.apart === undefined) continue;
    const newest = newestOf.get(fileOf(run))?.runs ?? [run];
    if (newest.includes(run)) found.set(key, run);
    else if (known === undefined) found.set(key, { ...run, apart: apartOf(run, newest) });
  }
  return [...found.values()];
}

function apartOf({ record }: AnsweredRun, others: readonly AnsweredRun[]): string {
  const differences = groupDifferences(
    [record],
    others.map(other => other.record),
  );
  return differenceMark(differences) || "another experiment";
}

export function nameOf({ record, apart }: AnsweredRun): string {
  return `${record.mixture}, seed ${record.seed}${apart === undefined ? "" : ` (${apart})`}`;
}

/** Suffix of the mixture's name in a list of runs. */
export function seedWords({ record, apart }: AnsweredRun): string {
  return [`seed ${record.seed}`, ...(apart === undefined ? [] : [apart])].join(" · ");
}
