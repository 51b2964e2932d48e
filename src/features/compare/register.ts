// The commands of comparisons: compare, stop, and set the judge's key.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { commands, settings } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { confirm, registerCommand, showFailure, showNotice } from "../../platform/messages.ts";
import { judgesAreOfWorkspace, readJudging } from "../../platform/settings.ts";
import { requireTrust } from "../../platform/trust.ts";
import { type CompareOutcome, type JudgeSettings, totalPlan } from "../../protocol/comparison.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type Baseline, chooseJudges, pickBaseline, pickRuns } from "./chooseComparison.ts";
import { showComparisonInStatusBar } from "./comparisonStatus.ts";
import { doneWords, questionOf } from "./comparisonText.ts";
import { mayBeSent, namedBy, serversOf } from "./judgeConsent.ts";
import { setJudgeKey } from "./judgeKey.ts";

export function registerCompare(workspace: Workspace): vscode.Disposable {
  const { log, comparing, secrets } = workspace;
  return vscode.Disposable.from(
    registerCommand(log, commands.compareRuns, async (target, selected) => {
      try {
        await compareRuns(workspace, asked(target, selected));
      } catch (error) {
        showFailure(log, error, [openSettings]);
      }
    }),
    registerCommand(log, commands.stopComparison, () => comparing.stop()),
    registerCommand(log, commands.setJudgeKey, () => setJudgeKey(secrets)),
    showComparisonInStatusBar(comparing),
  );
}

const openSettings = {
  title: "Open Settings",
  run: () => vscode.commands.executeCommand("workbench.action.openSettings", `${settings.section}.judge`),
};

/** Run folders of the rows that the command was called on. */
function asked(target: unknown, selected: unknown): string[] {
  const rows: unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [target];
  return rows.flatMap(row => {
    if (typeof row !== "object" || row === null || !("run" in row)) return [];
    const run: unknown = row.run;
    return typeof run === "object" && run !== null && "folder" in run && typeof run.folder === "string"
      ? [run.folder]
      : [];
  });
}

async function compareRuns(workspace: Workspace, folders: readonly string[]): Promise<void> {
  requireTrust("Comparisons");
  const { comparing, comparisons, installationMemory, log, secrets } = workspace;
  const runs = (await workspace.runs.all()).filter(
    run => run.record.status === "done" && run.metrics !== null,
  );
  if (runs.length === 0) {
    throw new HumanError("There are no runs with responses to compare yet.", {
      remedy: "Run a mixture first.",
    });
  }
  const named = runs.filter(run => folders.includes(run.folder));
  if (folders.length > 0 && named.length === 0) {
    throw new HumanError("The selected runs have no responses to compare.", {
      remedy: "Choose finished runs.",
    });
  }
  const chosen = named.length > 0 ? named : await pickRuns(runs);
  if (chosen === undefined) return;
  const baseline = await pickBaseline(chosen, runs);
  if (baseline === undefined) return;
  const judges = await chooseJudges(secrets);
  if (judges === undefined) return;
  const outcomes = await comparing.compare(
    {
      folders: chosen.map(run => run.uri.fsPath),
      baseline: baseline.value,
      judge: judges,
      languages: null,
      limit: null,
      prices: readJudging().prices,
    },
    planned => agreed(planned, judges, baseline, installationMemory),
  );
  comparisons.changed();
  if (outcomes === null) return;
  await showDone(log, chosen, outcomes);
}

/** Only a model on another machine may cost something: the rules and a local model need no confirmation. */
async function agreed(
  planned: readonly CompareOutcome[],
  judges: readonly JudgeSettings[],
  baseline: Baseline,
  memory: vscode.Memento,
): Promise<boolean> {
  const total = totalPlan(planned.map(({ plan }) => plan));
  const paid = judges.flatMap(judge =>
    judge.kind === "openai" || judge.kind === "vscode" ? [judge.model] : [],
  );
  if (paid.length === 0 || total.questions === 0) return true;
  const byWorkspace = judgesAreOfWorkspace();
  if (!(await mayBeSent(judges, byWorkspace, memory))) return false;
  const { message, detail } = questionOf(total, paid.join(" and "), whereTo(judges, byWorkspace));
  return confirm(message, { detail: `Compared with ${baseline.words}.\n${detail}`, yes: "Ask" });
}

/** `To https://judge.example (set by this workspace).` */
function whereTo(judges: readonly JudgeSettings[], byWorkspace: boolean): string {
  const places = [
    ...serversOf(judges),
    ...(judges.some(({ kind }) => kind === "vscode") ? ["a language model of VS Code"] : []),
  ];
  return `Prompts and responses go to ${places.join(" and ")}, ${namedBy(byWorkspace)}.`;
}

async function showDone(
  log: Log,
  chosen: readonly StoredRun[],
  outcomes: readonly CompareOutcome[],
): Promise<void> {
  const comparisons = outcomes.flatMap(({ comparison }) => comparison ?? []);
  for (const note of new Set(comparisons.flatMap(({ notes }) => notes))) log.warn(note);
  const file = chosen[0]?.record.configuration.file;
  if (file !== undefined)
    await vscode.commands.executeCommand(commands.showResults, vscode.Uri.file(file), { sideBySide: true });
  showNotice(doneWords(outcomes), [
    { title: "Rate Pairs", run: () => vscode.commands.executeCommand(commands.ratePairs) },
  ]);
}
