// Groups runs into experiments: runs belong together if no setting but the mixture differs.
import type { RunRecord } from "../records/runRecord.ts";
import { settingsOf } from "./runSettings.ts";
import { differencesOf, groupDifferences, type SettingDifference } from "./settingDifferences.ts";

/** A run folder that was read. */
interface Run {
  readonly folder: string;
  readonly record: RunRecord;
  readonly metrics: object | null;
}

export interface Experiment<R extends Run = Run> {
  /**
   * Runs in the given order. A run that doesn't record what separates two experiments, like
   * the untuned model, is in both.
   */
  readonly runs: readonly R[];
  /** The newest run that is in no newer experiment; it represents and names this one. */
  readonly newest: R;
}

/** Runs with equal settings and mixture. */
interface Kind<R> {
  readonly settings: ReturnType<typeof settingsOf>;
  readonly runs: R[];
}

/**
 * Groups runs into experiments: newest first, those with scores before all others. Each is as large as
 * possible: it starts from its newest run and takes in, newest first, every run compatible with all of its
 * members, those that are in no newer experiment before the others.
 */
export function experimentsOf<R extends Run>(runs: readonly R[]): Experiment<R>[] {
  const kinds = kindsOf([...runs].sort(newestFirst));
  const clash = clashes(kinds);
  const left = new Set(kinds.keys());
  const found: Experiment<R>[] = [];
  for (const seed of kinds.keys()) {
    if (!left.has(seed)) continue;
    const members = [seed];
    const others = [...kinds.keys()].filter(kind => kind !== seed);
    for (const kind of [...others.filter(each => left.has(each)), ...others.filter(each => !left.has(each))])
      if (!members.some(member => clash(member, kind))) members.push(kind);
    for (const member of members) left.delete(member);
    const inside = new Set(members.flatMap(member => kinds[member]?.runs ?? []));
    const newest = kinds[seed]?.runs[0];
    if (newest !== undefined) found.push({ runs: runs.filter(run => inside.has(run)), newest });
  }
  return found;
}

/** Returns the experiment of a run; the newest if it is in several. */
export function experimentOf<R extends Run>(
  experiments: readonly Experiment<R>[],
  folder: string,
): Experiment<R> | undefined {
  return experiments.find(({ runs }) => runs.some(run => run.folder === folder));
}

/** Returns the settings in which runs that are only in `own` differ from runs that are only in `other`. */
export function experimentDifferences(own: Experiment, other: Experiment): SettingDifference[] {
  const without = (a: Experiment, b: Experiment) =>
    a.runs.filter(run => !b.runs.includes(run)).map(({ record }) => record);
  return groupDifferences(without(own, other), without(other, own));
}

function newestFirst(a: Run, b: Run): number {
  return (
    Number(b.metrics !== null) - Number(a.metrics !== null) ||
    (a.record.started < b.record.started ? 1 : a.record.started > b.record.started ? -1 : 0) ||
    (a.folder < b.folder ? 1 : -1)
  );
}

function kindsOf<R extends Run>(runs: readonly R[]): Kind<R>[] {
  const kinds = new Map<string, Kind<R>>();
  for (const run of runs) {
    const settings = settingsOf(run.record);
    const key = JSON.stringify(settings, (_key, part: unknown) => (part instanceof Map ? [...part] : part));
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { settings, runs: [run] });
    else kind.runs.push(run);
  }
  return [...kinds.values()];
}

/** Compares each pair of kinds at most once, when it is first asked for. */
function clashes(kinds: readonly Kind<unknown>[]): (a: number, b: number) => boolean {
  const known = new Map<number, boolean>();
  return (a, b) => {
    const key = Math.min(a, b) * kinds.length + Math.max(a, b);
    const before = known.get(key);
    if (before !== undefined) return before;
    const [own, other] = [kinds[a]?.settings, kinds[b]?.settings];
    const apart = own !== undefined && other !== undefined && differencesOf(own, other).length > 0;
    known.set(key, apart);
    return apart;
  };
}
