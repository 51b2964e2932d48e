// What the results panel shows: the table of one mixture file, without what was hidden.
import * as vscode from "vscode";
import { buildResults } from "../../core/results/buildResults.ts";
import { withSideBySide } from "../../core/results/sideBySide.ts";
import type { HiddenParts, ResultsViewState } from "../../protocol/resultsView.ts";
import { groupsOf, missingOf, scoredRuns } from "./groups.ts";
import type { LocatedRun, ResultsParts } from "./parts.ts";

/** With paths spelled as VS Code does: the command line may write another drive letter. */
export async function locatedRuns({ source }: ResultsParts): Promise<readonly LocatedRun[]> {
  return (await source.runs()).map(run => {
    const file = vscode.Uri.file(run.record.configuration.file).fsPath;
    return { ...run, record: { ...run.record, configuration: { ...run.record.configuration, file } } };
  });
}

/** The runs behind the table: scored, of the group, and not hidden. */
export function shownRuns(
  runs: readonly LocatedRun[],
  group: string | null,
  hidden: HiddenParts,
): readonly LocatedRun[] {
  if (group === null) return [];
  return scoredRuns(runs, group)
    .filter(({ record }) => !hidden.mixtures.includes(record.mixture))
    .map(run => ({ ...run, metrics: withoutLanguages(run.metrics, hidden.languages) }));
}

export async function panelState(
  parts: ResultsParts,
  wanted: string | null,
  hidden: HiddenParts,
): Promise<ResultsViewState> {
  const runs = await locatedRuns(parts);
  const groups = groupsOf(runs, file => vscode.workspace.asRelativePath(vscode.Uri.file(file)));
  const group = groups.some(({ id }) => id === wanted) ? wanted : (groups[0]?.id ?? null);
  const shown = shownRuns(runs, group, hidden);
  const compared = await Promise.all(
    shown.map(async run =>
      (await parts.comparisons.of(run.uri)).map(each => ({ ...each, folder: run.folder })),
    ),
  );
  const scores = shown.length === 0 ? null : withSideBySide(buildResults(shown), compared.flat());
  const scored = group === null ? [] : scoredRuns(runs, group);
  return {
    groups,
    group,
    all: {
      languages: [...new Set(scored.flatMap(({ metrics }) => Object.keys(metrics?.languages ?? {})))],
      mixtures: buildResults(scored).rows.map(({ mixture }) => mixture),
    },
    table: scores?.table ?? null,
    sideBySide: scores?.sideBySide ?? [],
    canCompare: vscode.workspace.isTrusted,
    missing: group === null ? [] : missingOf(runs, group),
    running: parts.source.running(),
  };
}

function withoutLanguages(metrics: LocatedRun["metrics"], hidden: readonly string[]): LocatedRun["metrics"] {
  if (metrics === null || hidden.length === 0) return metrics;
  const languages = Object.entries(metrics.languages).filter(([tag]) => !hidden.includes(tag));
  return { ...metrics, languages: Object.fromEntries(languages) };
}
