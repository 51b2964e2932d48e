// Builds the state of the results panel: one experiment with the ones added to it, without hidden parts.
import * as vscode from "vscode";
import { markBaselines } from "../../core/comparison/markBaselines.ts";
import { buildResults } from "../../core/results/buildResults.ts";
import { withSideBySide } from "../../core/results/sideBySide.ts";
import type { HiddenParts, ResultsViewState } from "../../protocol/resultsView.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { chosenGroup, type ExperimentGroup, groupsOf, missingOf } from "./groups.ts";

/** Runs with paths spelled as in VS Code: the command line may write the drive letter in another case. */
export async function locatedRuns(runs: RunStore): Promise<readonly StoredRun[]> {
  return (await runs.all()).map(run => {
    const file = vscode.Uri.file(run.record.configuration.file).fsPath;
    return { ...run, record: { ...run.record, configuration: { ...run.record.configuration, file } } };
  });
}

export function resultsGroups(runs: readonly StoredRun[]): ExperimentGroup<StoredRun>[] {
  return groupsOf(runs, {
    file: path => vscode.workspace.asRelativePath(vscode.Uri.file(path)),
    time: started => new Date(started).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }),
  });
}

/** The runs in the table: scored and not hidden. */
export interface ShownRuns {
  /** Runs of the experiment, followed by those of added experiments. */
  readonly runs: readonly StoredRun[];
  /** Names of the experiment's run folders. */
  readonly experiment: ReadonlySet<string>;
}

export function shownRuns(
  groups: readonly ExperimentGroup<StoredRun>[],
  wanted: string | null,
  hidden: HiddenParts,
): ShownRuns {
  const chosen = chosenGroup(groups, wanted);
  if (chosen === null) return { runs: [], experiment: new Set() };
  const own = chosen.experiment.runs.filter(({ record }) => !hidden.mixtures.includes(record.mixture));
  const inside = new Set(chosen.experiment.runs.map(({ folder }) => folder));
  const beside = groups
    .filter(group => group !== chosen && isBeside(group, hidden))
    .flatMap(({ experiment }) => experiment.runs.filter(({ folder }) => !inside.has(folder)));
  return {
    runs: [...own, ...new Set(beside)].map(run => ({
      ...run,
      metrics: withoutLanguages(run.metrics, hidden.languages),
    })),
    experiment: new Set(own.map(({ folder }) => folder)),
  };
}

/** An experiment is identified by the name of one of its runs, because newer runs may join it. */
function isBeside({ experiment }: ExperimentGroup<StoredRun>, { beside = [] }: HiddenParts): boolean {
  return beside.some(folder => experiment.runs.some(run => run.folder === folder));
}

export async function panelState(
  workspace: Workspace,
  wanted: string | null,
  hidden: HiddenParts,
): Promise<ResultsViewState> {
  const runs = await locatedRuns(workspace.runs);
  const groups = resultsGroups(runs);
  const chosen = chosenGroup(groups, wanted);
  const shown = shownRuns(groups, wanted, hidden);
  const recordOf = new Map(runs.map(({ folder, record }) => [folder, record]));
  const compared = await Promise.all(
    shown.runs.map(async run =>
      (await workspace.comparisons.of(run.uri)).map(each => ({
        ...each,
        record: markBaselines(each.record, folder => recordOf.get(folder)),
        folder: run.folder,
      })),
    ),
  );
  const table = shown.runs.length === 0 ? null : buildResults(shown.runs, shown.experiment);
  const scores = table === null ? null : withSideBySide(table, compared.flat());
  const scored = chosen?.experiment.runs ?? [];
  return {
    groups: groups.map(({ id, label }) => ({ id, label })),
    group: chosen?.id ?? null,
    beside: groups.filter(group => group !== chosen && isBeside(group, hidden)).map(({ id }) => id),
    all: {
      languages: [...new Set(scored.flatMap(({ metrics }) => Object.keys(metrics?.languages ?? {})))],
      mixtures: buildResults(scored).rows.map(({ mixture }) => mixture),
    },
    table: scores?.table ?? null,
    sideBySide: scores?.sideBySide ?? [],
    canCompare: vscode.workspace.isTrusted,
    missing: missingOf(runs, chosen?.experiment ?? null),
    running: workspace.queue.running,
  };
}

function withoutLanguages(metrics: StoredRun["metrics"], hidden: readonly string[]): StoredRun["metrics"] {
  if (metrics === null || hidden.length === 0) return metrics;
  const languages = Object.entries(metrics.languages).filter(([tag]) => !hidden.includes(tag));
  return { ...metrics, languages: Object.fromEntries(languages) };
}
