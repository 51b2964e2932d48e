// What outputs beside the text need of other features; the composition root connects it.
import type * as vscode from "vscode";
import type { RunSummary } from "../../core/results/resultsTable.ts";
import type { SampleIndex } from "../../core/results/sampleIndex.ts";
import type { SampleRecord } from "../../core/run/records.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";

export interface AnsweredRun extends RunSummary {
  readonly uri: vscode.Uri;
  /** Its weights are there: it can be asked more. */
  readonly tuned: boolean;
}

export interface InlineParts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly launch: RuntimeLauncher;
  /** Newest first. */
  readonly runs: () => Promise<readonly AnsweredRun[]>;
  readonly onDidChange: vscode.Event<void>;
  readonly samples: {
    index(run: vscode.Uri): Promise<SampleIndex>;
    read(run: vscode.Uri, rows: readonly (number | undefined)[]): Promise<(SampleRecord | null)[]>;
  };
}

/** The newest scored run of each mixture and seed. */
export function latestRuns(runs: readonly AnsweredRun[]): AnsweredRun[] {
  const found = new Map<string, AnsweredRun>();
  for (const run of runs) {
    const { mixture, seed, configuration } = run.record;
    const key = JSON.stringify([configuration.file, mixture, seed]);
    if (run.metrics !== null && !found.has(key)) found.set(key, run);
  }
  return [...found.values()];
}

export function nameOf({ record }: AnsweredRun): string {
  return `${record.mixture}, seed ${record.seed}`;
}
