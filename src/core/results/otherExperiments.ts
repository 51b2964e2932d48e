// Describes the experiments other than the one shown: differences, number of runs, and newest run.

import { countOf, listed } from "../../common/words.ts";
import { type Experiment, experimentDifferences } from "../experiments/experiments.ts";
import { differenceMark, differenceWords } from "../experiments/settingDifferences.ts";
import { untunedName } from "../mixture/mixtureFile.ts";
import type { RunSummary } from "./resultsTable.ts";

/** Maximum number of mixtures that are named. */
const maxNames = 4;

/** Returns one line for each other experiment, in order. */
export function apartLines(
  experiments: readonly Experiment<RunSummary>[],
  shown: Experiment<RunSummary>,
): string[] {
  return experiments.filter(each => each !== shown).map(each => apartLine(each, shown));
}

/** `3 runs of english and pinch until 2026-11-20 14:03 (pinch-s7-1a2b3c4d): budget 600 instead of 120.` */
function apartLine(experiment: Experiment<RunSummary>, shown: Experiment<RunSummary>): string {
  const { newest, runs } = experiment;
  const own = runs.filter(run => !shown.runs.includes(run));
  const names = [...new Set(own.map(({ record }) => record.mixture))].sort(
    (a, b) => Number(b !== untunedName) - Number(a !== untunedName),
  );
  const more = names.length - maxNames;
  const named = more > 0 ? `${names.slice(0, maxNames).join(", ")} and ${more} more` : listed(names);
  const differences = differenceWords(experimentDifferences(experiment, shown));
  return `${countOf(own.length, "run")} of ${named}, the last on ${minuteOf(newest)} (${newest.folder}): ${differences}.`;
}

/**
 * File of an experiment, and the settings that distinguish it from the newest experiment with the same file.
 */
export interface ExperimentName {
  /** Path of the mixture file. */
  readonly file: string;
  /** Empty when no other experiment has the same file. */
  readonly mark: string;
}

export function experimentName(
  experiment: Experiment<RunSummary>,
  all: readonly Experiment<RunSummary>[],
): ExperimentName {
  const fileOf = ({ newest }: Experiment<RunSummary>): string => newest.record.configuration.file;
  const file = fileOf(experiment);
  const near = all.find(other => other !== experiment && fileOf(other) === file);
  return { file, mark: near === undefined ? "" : differenceMark(experimentDifferences(experiment, near)) };
}

/** Start of a run to the minute, in UTC. */
function minuteOf({ record }: RunSummary): string {
  return record.started.slice(0, 16).replace("T", " ");
}
