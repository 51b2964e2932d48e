// Which runs are of one experiment: those that no setting but the mixture keeps apart.
import type { RunRecord } from "../records/records.ts";
import { settingsOf } from "./runSettings.ts";
import { differencesOf, groupDifferences, type SettingDifference } from "./settingDifferences.ts";

/** A run folder as read. */
interface Run {
  readonly folder: string;
  readonly record: RunRecord;
  readonly metrics: object | null;
}

export interface Experiment<R extends Run = Run> {
  /** In the given order. A run that says nothing of what keeps two experiments apart, like the untuned model, is in both. */
  readonly runs: readonly R[];
  /** The newest run that is in no newer experiment: it stands for this one, and names it. */
  readonly newest: R;
}

/** Runs of equal settings and mixture. */
interface Kind<R> {
  readonly settings: ReturnType<typeof settingsOf>;
  readonly runs: R[];
}

/**
 * Newest first, those with scores before all others. Each is as large as can be: its newest run, then what goes
 * with all that is in it already, first of what no newer experiment has, the newest first.
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

/** The one that a run is in; the newest of them where it is in several. */
export function experimentOf<R extends Run>(
  experiments: readonly Experiment<R>[],
  folder: string,
): Experiment<R> | undefined {
  return experiments.find(({ runs }) => runs.some(run => run.folder === folder));
}

/** In what the runs of one that are not in the other differ from those of the other that are not in it. */
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

/** Each pair is looked at once, and only when it is asked about. */
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
