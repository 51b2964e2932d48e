// Which runs make up one table: those of one mixture file.
import type { RunSummary } from "../../core/results/resultsTable.ts";
import type { ResultsGroup } from "../../protocol/resultsView.ts";

/** One group for each mixture file that has runs; the file with the newest run first. */
export function groupsOf(runs: readonly RunSummary[], label: (file: string) => string): ResultsGroup[] {
  const newestFirst = [...runs].sort((a, b) => b.record.started.localeCompare(a.record.started));
  const files = new Set(newestFirst.map(run => run.record.configuration.file));
  return [...files].map(id => ({ id, label: label(id) }));
}

/** The scored runs of a file. */
export function scoredRuns<Run extends RunSummary>(runs: readonly Run[], group: string): Run[] {
  return runs.filter(run => run.record.configuration.file === group && run.metrics !== null);
}

/** What the table does not show, in words: where the newest run of a mixture and seed has no scores. */
export function missingOf(runs: readonly RunSummary[], group: string): string[] {
  const newest = new Map<string, RunSummary>();
  const ofGroup = runs
    .filter(run => run.record.configuration.file === group)
    .sort((a, b) => a.record.started.localeCompare(b.record.started));
  for (const run of ofGroup) newest.set(keyOf(run), run);
  const scored = new Set(scoredRuns(runs, group).map(keyOf));
  return [...newest.values()]
    .filter(run => run.metrics === null)
    .map(run => {
      const state = run.record.status === "done" ? "not scored" : run.record.status;
      const older = scored.has(keyOf(run)) ? ", an older run is shown" : "";
      return `${run.record.mixture} with seed ${run.record.seed} (${state}${older})`;
    });
}

function keyOf(run: RunSummary): string {
  return JSON.stringify([run.record.mixture, run.record.seed]);
}
