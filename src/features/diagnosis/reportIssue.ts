// Opens a report of an issue as a document that a person reads, edits and passes on; nothing is sent.
import * as vscode from "vscode";
import { issueText } from "../../core/diagnosis/issueText.ts";
import type { Private } from "../../core/diagnosis/redact.ts";
import { baseMixtureName } from "../../core/run/records.ts";
import { machineFacts, privateNames, versionFacts } from "../../platform/machineFacts.ts";
import { showNotice } from "../../platform/messages.ts";
import { readSettings } from "../../platform/settings.ts";
import type { DiagnosisParts } from "./register.ts";

export async function reportIssue({ tail, runs, broken }: DiagnosisParts): Promise<void> {
  // Without runs there still is something to report.
  const stored = await runs().catch(() => []);
  const unreadable = broken();
  const facts = {
    versions: versionFacts(),
    machine: machineFacts(),
    device: readSettings().device,
    failed: stored.find(({ record }) => record.status === "failed")?.record ?? null,
    unreadable: unreadable.map(({ fault }) => fault),
    log: tail(),
  };
  const named: Private[] = stored
    .flatMap(({ folder, record }) => [
      { text: folder, as: "run folder" },
      { text: record.mixture, as: "mixture" },
      { text: record.configuration.file, as: "path" },
      { text: record.configuration.model, as: "model" },
    ])
    .filter(({ text }) => text !== baseMixtureName);
  const folders = unreadable.map(({ folder }) => ({ text: folder, as: "run folder" }));
  const content = issueText(facts, [...privateNames(), ...named, ...folders]);
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(document, { preview: false });
  showNotice(
    "This is the report; nothing has been sent. Read it, take out what is not to be seen, and pass it on.",
    [{ title: "Copy Report", run: () => vscode.env.clipboard.writeText(document.getText()) }],
  );
}
