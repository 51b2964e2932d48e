// Pinch: New Mixture File writes what the checker then finds no fault with.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import { eventually, inWorkspace } from "../support/host.ts";
import { writeTinyWorkspace } from "../support/tinyWorkspace.ts";

describe("New Mixture File", () => {
  const uri = inWorkspace("made", "first.mixture.yaml");
  const { showInputBox } = vscode.window;

  before(() => writeTinyWorkspace(inWorkspace("made").fsPath, { mixture: false }));
  afterEach(() => {
    vscode.window.showInputBox = showInputBox;
  });

  it("writes a file that fits the data beside it and has no mistakes, and opens it", async () => {
    vscode.window.showInputBox = () => Promise.resolve("made/first");
    await vscode.commands.executeCommand(commands.newMixtureFile);
    const { document } = await eventually("the new file in an editor", () =>
      vscode.window.visibleTextEditors.find(editor => editor.document.uri.toString() === uri.toString()),
    );
    assert.match(document.getText(), /over: \[fi, sw\]/);
    assert.match(document.getText(), /dev: data\/dev\/\{language\}\.jsonl/);

    // A mistake that is found and mended proves that the file was looked at.
    const errors = () =>
      vscode.languages
        .getDiagnostics(uri)
        .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    await insert(uri, "oops: 1\n");
    await eventually("an error", () => (errors().length > 0 ? true : null));
    await insert(uri, "# ");
    await eventually("no errors", () => (errors().length === 0 ? true : null));
  });

  it("writes nothing when the question is dismissed", async () => {
    vscode.window.showInputBox = () => Promise.resolve(undefined);
    const before = await vscode.workspace.findFiles("**/*.mixture.yaml");
    await vscode.commands.executeCommand(commands.newMixtureFile);
    assert.equal((await vscode.workspace.findFiles("**/*.mixture.yaml")).length, before.length);
  });
});

async function insert(uri: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}
