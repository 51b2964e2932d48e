// What the results feature needs of others; the composition root connects it.
import type * as vscode from "vscode";
import type { Rating } from "../../core/rating/ratings.ts";
import type { PairVerdict } from "../../core/records/comparison.ts";
import type { RunSummary } from "../../core/results/resultsTable.ts";
import type { RunComparison } from "../../core/results/sideBySide.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";

/** A run as this feature needs it: what it holds and where it lies. */
export interface LocatedRun extends RunSummary {
  readonly uri: vscode.Uri;
}

export interface RunSource {
  runs(): Promise<readonly LocatedRun[]>;
  readonly onDidChange: vscode.Event<void>;
  readonly running: () => boolean;
  readonly onDidChangeRunning: vscode.Event<void>;
}

/** A run's comparison and where it lies. */
export interface LocatedComparison extends Omit<RunComparison, "folder"> {
  readonly uri: vscode.Uri;
}

export interface ComparisonSource {
  /** Of one run folder, the newest first. */
  of(run: vscode.Uri): Promise<readonly LocatedComparison[]>;
  verdicts(comparison: vscode.Uri): Promise<readonly PairVerdict[]>;
  /** Of every rater. */
  ratings(comparison: vscode.Uri): Promise<readonly Rating[]>;
  keepRatings(comparison: vscode.Uri, file: string, ratings: readonly Rating[]): Promise<void>;
  /** Compares two runs by the rule, which asks no model; resolves once the comparison lies in the run's folder. */
  byRule(run: vscode.Uri, baseline: vscode.Uri): Promise<void>;
  /** Ratings have changed: scores show the agreement with the judge. */
  changed(): void;
  readonly onDidChange: vscode.Event<void>;
}

export interface ResultsParts {
  readonly extension: vscode.Uri;
  readonly source: RunSource;
  readonly comparisons: ComparisonSource;
  /** Name that ratings are kept under; undefined: the person did not say. */
  readonly rater: () => Promise<string | undefined>;
  readonly log: Log;
  readonly launch: RuntimeLauncher;
}
