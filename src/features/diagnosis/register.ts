// Pinch: Report Issue.
import type * as vscode from "vscode";
import { commands } from "../../manifest.ts";
import { registerCommand } from "../../platform/messages.ts";
import type { Workspace } from "../../workspace/workspace.ts";

export function registerDiagnosis(workspace: Workspace): vscode.Disposable {
  return registerCommand(workspace.log, commands.reportIssue, async () => {
    const { reportIssue } = await import("./reportIssue.ts");
    await reportIssue(workspace);
  });
}
