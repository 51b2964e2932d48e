// Pinch: Rate Pairs. Asks for the comparison and the rater's name, then opens the panel.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { againstWords, judgeWords } from "../../core/results/sideBySide.ts";
import { commands, ratingPanel } from "../../manifest.ts";
import { registerCommand } from "../../platform/messages.ts";
import { readRater } from "../../platform/settings.ts";
import { SinglePanel } from "../../platform/singlePanel.ts";
import type { RatingViewMemory } from "../../protocol/ratingView.ts";
import type { StoredComparison } from "../../workspace/comparisons/comparisonStore.ts";
import { askRater } from "../../workspace/comparisons/rater.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { RatingPanel } from "./ratingPanel.ts";

export function registerRating(workspace: Workspace): vscode.Disposable {
  const { comparisons, extension, log } = workspace;
  const attach = async (panel: vscode.WebviewPanel, rater: string, comparison: StoredComparison | null) => {
    const { RatingPanel } = await import("./ratingPanel.ts");
    return new RatingPanel(panel, workspace, rater, comparison);
  };
  const single = new SinglePanel<RatingPanel>(
    { extension, viewType: ratingPanel, title: "Rate Pairs" },
    async (panel, state) => {
      const memory = state as RatingViewMemory | undefined;
      const found = (await comparisons.all()).find(({ uri }) => uri.toString() === memory?.comparison);
      return attach(panel, readRater(), found ?? null);
    },
  );
  return vscode.Disposable.from(
    single,
    registerCommand(log, commands.ratePairs, async target => {
      const comparison = await chooseComparison(await comparisons.all(), target);
      if (comparison === undefined) return;
      const rater = await askRater();
      if (rater === undefined) return;
      // Replaces the open panel, whose keys would rate pairs of another comparison.
      await single.open(panel => attach(panel, rater, comparison));
    }),
  );
}

async function chooseComparison(
  comparisons: readonly StoredComparison[],
  target: unknown,
): Promise<StoredComparison | undefined> {
  if (comparisons.length === 0) {
    throw new HumanError("No comparison has pairs to rate yet.", {
      remedy: "Compare runs first (Pinch: Compare Runs).",
    });
  }
  const { folder, comparison } = (target ?? {}) as { folder?: unknown; comparison?: unknown };
  const named = comparisons.find(each => each.record.run === folder && each.name === comparison);
  if (named !== undefined || comparisons.length === 1) return named ?? comparisons[0];
  const items = comparisons.map(each => ({
    label: each.record.mixture,
    description: `seed ${each.record.seed}, against ${againstWords(each.record)}`,
    detail: `Judge: ${judgeWords(each.record.judge)}, ${new Date(each.record.ended).toLocaleString()}`,
    comparison: each,
  }));
  const item = await vscode.window.showQuickPick(items, {
    title: "Rate pairs of which comparison?",
    placeHolder: "The models behind the responses are not revealed",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return item?.comparison;
}
