// Mistakes in a mixture file are underlined while it is typed, at the right place.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { eventually, inWorkspace } from "../support/host.ts";
import { tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";

describe("diagnostics", () => {
  let document: vscode.TextDocument;

  before(async () => {
    writeTinyWorkspace(inWorkspace().fsPath, { mixture: false });
    const uri = inWorkspace("diagnostics.mixture.yaml");
    writeFileSync(uri.fsPath, tinyMixture());
    document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
  });

  after(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.workspace.fs.delete(document.uri);
  });

  it("a correct file has none", async () => {
    // Something must have looked at the file first: a mistake that was found and mended proves it.
    await replace(document, "budget: 24", "budget: many");
    await diagnosticsWhere(document, list => list.length > 0, "a diagnostic");
    await replace(document, "budget: many", "budget: 24");
    await diagnosticsWhere(document, list => list.length === 0, "no diagnostics");
  });

  it("a mistyped key is underlined, and nothing else", async () => {
    await replace(document, "budget: 24", "budgte: 24");
    const list = await diagnosticsWhere(
      document,
      found => found.some(({ message }) => message.includes("budgte")),
      "a diagnostic that names the mistyped key",
    );
    const unknown = list.find(({ message }) => message.includes("budgte"));
    assert.ok(unknown);
    assert.equal(document.getText(unknown.range), "budgte");
    assert.equal(unknown.severity, vscode.DiagnosticSeverity.Error);
    assert.match(unknown.message, /budget/, "it suggests the right key");
    await replace(document, "budgte: 24", "budget: 24");
    await diagnosticsWhere(document, found => found.length === 0, "no diagnostics");
  });

  it("several mistakes are reported at once", async () => {
    await replace(document, "{ monolingual: en }", "{ monolingual: qqq-zz-1 }");
    await replace(document, "spread: 6", "spread: 600");
    const list = await diagnosticsWhere(document, found => found.length >= 2, "two diagnostics");
    const lines = new Set(list.map(({ range }) => document.lineAt(range.start).text.trim().split(":")[0]));
    assert.ok(lines.has("english") && lines.has("pinch"), [...lines].join(", "));
  });
});

async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  assert.ok(start >= 0, `"${from}" is not in the file`);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
  edit.replace(document.uri, range, to);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

function diagnosticsWhere(
  document: vscode.TextDocument,
  wanted: (list: readonly vscode.Diagnostic[]) => boolean,
  what: string,
): Promise<readonly vscode.Diagnostic[]> {
  return eventually(what, () => {
    const list = vscode.languages.getDiagnostics(document.uri);
    return wanted(list) ? list : null;
  });
}
