// Selects the runs behind each row of a results table: same experiment and mixture, one run per seed.
import { groupBy } from "../../common/groupBy.ts";
import { listed } from "../../common/words.ts";
import { experimentsOf } from "../experiments/experiments.ts";
import { unknownSettings } from "../experiments/runSettings.ts";
import { differenceMark, differenceWords, groupDifferences } from "../experiments/settingDifferences.ts";
import { untunedName } from "../mixture/mixtureFile.ts";
import type { RunSummary } from "./resultsTable.ts";

export interface RunsOfRow {
  readonly mixture: string;
  readonly differs?: string;
  readonly started: string;
  /** One run for each seed. */
  readonly chosen: readonly RunSummary[];
}

function newestExperiment(runs: readonly RunSummary[]): ReadonlySet<string> {
  return new Set(experimentsOf(runs)[0]?.runs.map(({ folder }) => folder));
}

/**
 * Returns the rows of the experiment first; each other experiment has rows of its own.
 * @param experiment names of run folders; by default, those of the newest experiment among the runs
 */
export function rowsOf(
  runs: readonly RunSummary[],
  experiment: ReadonlySet<string> = newestExperiment(runs),
): RunsOfRow[] {
  const own = runs.filter(({ folder }) => experiment.has(folder));
  const rows = byMixture(own);
  const names = new Set(rows.map(({ mixture }) => mixture));
  const records = own.map(({ record }) => record);
  const placed = new Set(own);
  for (const { runs: others } of experimentsOf(runs.filter(run => !placed.has(run)))) {
    for (const row of byMixture(others.filter(run => !placed.has(run)))) {
      const differences = groupDifferences(
        row.chosen.map(({ record }) => record),
        records,
      );
      const mark = differences.length === 0 ? "another experiment" : differenceMark(differences);
      const mixture = freeName(row.mixture, mark, names);
      names.add(mixture);
      rows.push({ ...row, mixture, differs: differenceWords(differences) || mark });
    }
    for (const run of others) placed.add(run);
  }
  return rows;
}

function freeName(mixture: string, mark: string, taken: ReadonlySet<string>): string {
  for (let copy = 1; ; copy++) {
    const name = `${mixture} (${mark}${copy === 1 ? "" : `, ${copy}`})`;
    if (!taken.has(name)) return name;
  }
}

function byMixture(runs: readonly RunSummary[]): RunsOfRow[] {
  return [...groupBy(runs, run => run.record.mixture)]
    .map(([mixture, all]) => ({
      mixture,
      started: all.map(run => run.record.started).sort()[0] ?? "",
      chosen: [...groupBy(all, run => String(run.record.seed)).values()]
        .flatMap(sameSeed => bestOf(sameSeed) ?? [])
        .sort((a, b) => a.record.seed - b.record.seed),
    }))
    .sort(
      (a, b) =>
        rank(a.mixture) - rank(b.mixture) || compare(a.started, b.started) || compare(a.mixture, b.mixture),
    );
}

/** Notes on how comparable the rows are. */
export function notesOf(rows: readonly RunsOfRow[]): string[] {
  const apart = groupBy(
    rows.filter(({ differs }) => differs !== undefined),
    ({ differs }) => differs ?? "",
  );
  const others = [...apart].map(([differs, own]) => {
    const names = listed(own.map(({ mixture }) => mixture));
    const [belong, them] = own.length === 1 ? ["belongs", "it"] : ["belong", "them"];
    return `${names} ${belong} to another experiment: ${differs}. What sets ${them} apart from the other rows is not necessarily the mixture.`;
  });
  const silent = new Map<string, string[]>();
  for (const { record, folder } of rows.flatMap(({ chosen }) => chosen)) {
    const unknown = listed(unknownSettings(record));
    if (unknown !== "") silent.set(unknown, [...(silent.get(unknown) ?? []), folder]);
  }
  return [
    ...others,
    ...[...silent].map(
      ([unknown, folders]) =>
        `${firstOf(folders)} ${folders.length === 1 ? "does" : "do"} not record ${unknown}: assumed to be the same as in the other runs.`,
    ),
  ];
}

/** Names the first few folders and counts the rest. */
function firstOf(folders: readonly string[]): string {
  const most = 3;
  return folders.length <= most
    ? listed(folders)
    : `${folders.slice(0, most).join(", ")} and ${folders.length - most} more runs`;
}

function rank(mixture: string): number {
  return mixture === untunedName ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Prefers runs that are done and evaluated, then evaluated ones, then the newest. */
function bestOf(runs: readonly RunSummary[]): RunSummary | undefined {
  const merit = (run: RunSummary): number =>
    (run.metrics !== null ? 2 : 0) + (run.record.status === "done" ? 1 : 0);
  return [...runs].sort(
    (a, b) =>
      merit(b) - merit(a) || compare(b.record.started, a.record.started) || compare(b.folder, a.folder),
  )[0];
}
