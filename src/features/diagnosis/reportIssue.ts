// Opens an issue report as a document to read, edit and pass on; nothing is sent.
import * as vscode from "vscode";
import { issueText } from "../../core/diagnosis/issueText.ts";
import { phrasesOf } from "../../core/diagnosis/redact.ts";
import { bundled } from "../../manifest.ts";
import { readText } from "../../platform/files.ts";
import { machineFacts, versionFacts } from "../../platform/machineFacts.ts";
import { showNotice } from "../../platform/messages.ts";
import { readSettings } from "../../platform/settings.ts";
import type { Workspace } from "../../workspace/workspace.ts";

export async function reportIssue({
  extension,
  logTail,
  runs,
}: Pick<Workspace, "extension" | "logTail" | "runs">): Promise<void> {
  // A report is useful even without runs.
  const stored = await runs.all().catch(() => []);
  const facts = {
    versions: versionFacts(),
    machine: machineFacts(),
    device: readSettings().device,
    failed: stored.find(({ record }) => record.status === "failed")?.record ?? null,
    unreadable: runs.broken().map(({ fault }) => fault),
    log: logTail(),
  };
  const content = issueText(facts, phrasesOf(await ownPhrases(extension)));
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(document, { preview: false });
  showNotice(
    "This is the report. Nothing has been sent. Review it, remove anything private, and submit it.",
    [{ title: "Copy Report", run: () => vscode.env.clipboard.writeText(document.getText()) }],
  );
}

/** Log phrases collected by the build; without them the whole log is left out. */
async function ownPhrases(extension: vscode.Uri): Promise<string[]> {
  const text = await readText(vscode.Uri.joinPath(extension, ...bundled.phrases.split("/")));
  return text === null ? [] : (JSON.parse(text) as string[]);
}
