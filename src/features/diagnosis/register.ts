// Pinch: Report Issue.
import type * as vscode from "vscode";
import type { RunRecord } from "../../core/records/records.ts";
import { commands } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { registerCommand } from "../../platform/messages.ts";

export interface DiagnosisParts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  /** Last entries of the log. */
  readonly tail: () => readonly string[];
  /** Newest first. */
  readonly runs: () => Promise<readonly { readonly record: RunRecord }[]>;
  readonly broken: () => readonly { readonly fault: string }[];
}

export function registerDiagnosis(parts: DiagnosisParts): vscode.Disposable {
  return registerCommand(parts.log, commands.reportIssue, async () => {
    const { reportIssue } = await import("./reportIssue.ts");
    await reportIssue(parts);
  });
}
