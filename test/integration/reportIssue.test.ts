// Pinch: Report Issue in a real window: a document, with the end of this window's log.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import { extension } from "../support/host.ts";

describe("Report Issue", () => {
  it("opens a document with versions and the log, which is the person's to send", async () => {
    await extension().activate();
    await vscode.commands.executeCommand(commands.reportIssue);
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.ok(document?.isUntitled);
    const text = document.getText();
    assert.match(text, /^# Pinch: issue report/);
    assert.match(text, /^- onnxruntime-node: \d/m);
    assert.match(text, /info Pinch is active: [\d.]+ ms\.$/m);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });
});
