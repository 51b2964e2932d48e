// Which runs make up one table: those of one mixture file, the newest for each mixture and seed.
import type { RunSummary } from "../../core/results/resultsTable.ts";
import type { ResultsGroup } from "../../protocol/webviews.ts";

/** One group for each mixture file that has runs; the file with the newest run first. */
export function groupsOf(runs: readonly RunSummary[], label: (file: string) => string): ResultsGroup[] {
  const newestFirst = [...runs].sort((a, b) => b.record.started.localeCompare(a.record.started));
  const files = new Set(newestFirst.map(run => run.record.configuration.file));
  return [...files].map(id => ({ id, label: label(id) }));
}

/** The scored runs of a file in the order of their start, an older run of the same mixture and seed left out. */
export function runsOfGroup(runs: readonly RunSummary[], group: string): RunSummary[] {
  const newest = new Map<string, RunSummary>();
  for (const run of byStart(runs, group)) {
    if (run.metrics !== null && run.record.status === "done") newest.set(keyOf(run), run);
  }
  return byStart([...newest.values()], group);
}

/** What the table does not show, in words: the newest run of a mixture and seed has no scores. */
export function missingOf(runs: readonly RunSummary[], group: string): string[] {
  const newest = new Map<string, RunSummary>();
  for (const run of byStart(runs, group)) newest.set(keyOf(run), run);
  const shown = new Set(runsOfGroup(runs, group).map(keyOf));
  return [...newest.values()]
    .filter(run => run.record.status !== "done" || run.metrics === null)
    .map(run => {
      const state = run.record.status === "done" ? "not scored" : run.record.status;
      const older = shown.has(keyOf(run)) ? "; an older run is shown" : "";
      return `${run.record.mixture} (seed ${run.record.seed}): ${state}${older}`;
    });
}

/** The language that the others are held against: the base most mixtures name, else English, else the first. */
export function baseLanguageOf(runs: readonly RunSummary[]): string {
  const votes = new Map<string, number>();
  for (const { record } of runs) {
    const form = record.configuration.form;
    const base = form?.kind === "spread" ? form.base : form?.kind === "monolingual" ? form.language : null;
    const weight = form?.kind === "spread" ? 1000 : 1;
    if (base !== null) votes.set(base, (votes.get(base) ?? 0) + weight);
  }
  const [winner] = [...votes].sort(([, a], [, b]) => b - a);
  if (winner !== undefined) return winner[0];
  const languages = runs.flatMap(run => Object.keys(run.metrics?.languages ?? {}));
  return languages.includes("en") ? "en" : (languages[0] ?? "en");
}

function byStart(runs: readonly RunSummary[], group: string): RunSummary[] {
  return runs
    .filter(run => run.record.configuration.file === group)
    .sort((a, b) => a.record.started.localeCompare(b.record.started));
}

function keyOf(run: RunSummary): string {
  return JSON.stringify([run.record.mixture, run.record.seed]);
}
