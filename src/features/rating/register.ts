// Pinch: Rate Pairs: which comparison, whose ratings, then the panel.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { type Rating, ratingsFile } from "../../core/rating/ratings.ts";
import type { PairVerdict } from "../../core/records/comparison.ts";
import { againstWords, judgeWords, type RunComparison } from "../../core/results/sideBySide.ts";
import { commands, ratingPanel } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { registerCommand } from "../../platform/messages.ts";
import { keepRater, readRater } from "../../platform/settings.ts";
import { webviewOptions } from "../../platform/webviewHost.ts";
import type { RatingViewMemory } from "../../protocol/ratingView.ts";
import type { RatingPanel } from "./ratingPanel.ts";

/** A comparison as this feature needs it. */
export interface RatableComparison extends Omit<RunComparison, "folder"> {
  readonly uri: vscode.Uri;
}

/** Where comparisons come from and ratings go; the composition root connects it with that feature. */
export interface RatingSource {
  /** Of every run, the newest first. */
  all(): Promise<readonly RatableComparison[]>;
  verdicts(comparison: vscode.Uri): Promise<readonly PairVerdict[]>;
  /** Of every rater. */
  ratings(comparison: vscode.Uri): Promise<readonly Rating[]>;
  keepRatings(comparison: vscode.Uri, file: string, ratings: readonly Rating[]): Promise<void>;
  /** Ratings have changed: scores show the agreement with the judge. */
  changed(): void;
}

export interface RatingParts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly source: RatingSource;
}

export function registerRating(parts: RatingParts): vscode.Disposable {
  const { log, source } = parts;
  let open: RatingPanel | undefined;
  const attach = async (
    panel: vscode.WebviewPanel,
    rater: string,
    comparison: RatableComparison | null,
  ): Promise<void> => {
    const { RatingPanel } = await import("./ratingPanel.ts");
    const attached = new RatingPanel(panel, parts, rater, comparison);
    open = attached;
    panel.onDidDispose(() => {
      attached.dispose();
      if (open === attached) open = undefined;
    });
  };
  return vscode.Disposable.from(
    registerCommand(log, commands.ratePairs, async target => {
      const comparison = await chooseComparison(await source.all(), target);
      if (comparison === undefined) return;
      const rater = await askRater();
      if (rater === undefined) return;
      // One at a time: its keys would rate pairs of another comparison otherwise.
      open?.close();
      const panel = vscode.window.createWebviewPanel(
        ratingPanel,
        "Rate Pairs",
        vscode.ViewColumn.Active,
        webviewOptions(parts.extension),
      );
      await attach(panel, rater, comparison);
    }),
    vscode.window.registerWebviewPanelSerializer(ratingPanel, {
      deserializeWebviewPanel: async (panel, state: RatingViewMemory | undefined) => {
        const comparison = (await source.all()).find(({ uri }) => uri.toString() === state?.comparison);
        await attach(panel, readRater(), comparison ?? null);
      },
    }),
  );
}

async function chooseComparison(
  comparisons: readonly RatableComparison[],
  target: unknown,
): Promise<RatableComparison | undefined> {
  if (comparisons.length === 0) {
    throw new HumanError("There is no comparison to rate pairs of yet.", {
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
    placeHolder: "You will not be told which response is whose",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return item?.comparison;
}

/** Asked once, then kept in the settings. */
export async function askRater(): Promise<string | undefined> {
  const known = readRater();
  if (ratingsFile(known) !== null) return known;
  const name = await vscode.window.showInputBox({
    title: "Your name, for your ratings",
    prompt: "Any name: it stands beside your ratings and in their file's name.",
    ignoreFocusOut: true,
    validateInput: value => (ratingsFile(value) === null ? "A name needs a letter or a digit." : null),
  });
  if (name === undefined) return undefined;
  await keepRater(name.trim());
  return name.trim();
}
