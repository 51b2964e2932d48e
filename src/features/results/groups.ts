// Groups runs into tables: the scored runs of an experiment, and those of experiments added to it.

import { type Experiment, experimentsOf } from "../../core/experiments/experiments.ts";
import { differenceMark, groupDifferences } from "../../core/experiments/settingDifferences.ts";
import { experimentName } from "../../core/results/otherExperiments.ts";
import type { RunSummary } from "../../core/results/resultsTable.ts";
import type { ResultsGroup } from "../../protocol/resultsView.ts";

export interface ExperimentGroup<Run extends RunSummary> extends ResultsGroup {
  readonly experiment: Experiment<Run>;
}

/** Formatters for labels of groups. */
export interface GroupWords {
  readonly file: (path: string) => string;
  readonly time: (started: string) => string;
}

/** One group for each experiment with scores, newest first; labelled with its file, differences and date. */
export function groupsOf<Run extends RunSummary>(
  runs: readonly Run[],
  words: GroupWords,
): ExperimentGroup<Run>[] {
  const experiments = experimentsOf(runs.filter(({ metrics }) => metrics !== null));
  return experiments.map((experiment): ExperimentGroup<Run> => {
    const { file, mark } = experimentName(experiment, experiments);
    const { folder, record } = experiment.newest;
    const label = [words.file(file), mark, words.time(record.started)].filter(part => part !== "");
    return { id: folder, label: label.join(" · "), experiment };
  });
}

/**
 * @param wanted Name of a run folder, or path of a mixture file, which selects its newest experiment; null
 * selects the newest of all.
 */
export function chosenGroup<Run extends RunSummary>(
  groups: readonly ExperimentGroup<Run>[],
  wanted: string | null,
): ExperimentGroup<Run> | null {
  const holds = (fits: (run: Run) => boolean) => groups.find(({ experiment }) => experiment.runs.some(fits));
  const found =
    groups.find(({ id }) => id === wanted) ??
    holds(({ folder }) => folder === wanted) ??
    groups.find(({ experiment }) => experiment.newest.record.configuration.file === wanted) ??
    holds(({ record }) => record.configuration.file === wanted);
  return found ?? groups[0] ?? null;
}

/**
 * Descriptions of what the table leaves out: mixtures and seeds whose newest run has no scores.
 * @param experiment Null if none has scores.
 */
export function missingOf(runs: readonly RunSummary[], experiment: Experiment<RunSummary> | null): string[] {
  const files = new Set((experiment?.runs ?? runs).map(({ record }) => record.configuration.file));
  const newest = new Map<string, RunSummary>();
  const ofFiles = runs
    .filter(run => files.has(run.record.configuration.file))
    .sort((a, b) => a.record.started.localeCompare(b.record.started));
  for (const run of ofFiles) newest.set(keyOf(run), run);
  const shown = new Set(experiment?.runs.map(keyOf));
  const records = experiment?.runs.map(({ record }) => record) ?? [];
  return [...newest.values()]
    .filter(run => run.metrics === null)
    .map(run => {
      const state = run.metricsFault ?? (run.record.status === "done" ? "not scored" : run.record.status);
      const differences = groupDifferences([run.record], records);
      const other = differences.length === 0 ? "" : `, with ${differenceMark(differences)}`;
      const older = shown.has(keyOf(run)) ? ", an older run is shown" : "";
      return `${run.record.mixture} with seed ${run.record.seed} (${state}${other}${older})`;
    });
}

function keyOf(run: RunSummary): string {
  return JSON.stringify([run.record.mixture, run.record.seed]);
}
