// The mixture file as a language inside a real extension host: what the editor asks for, it gets.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import { eventually, inWorkspace, recordMessages } from "../support/host.ts";
import { tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";

describe("the mixture file as a language", () => {
  let document: vscode.TextDocument;
  let editor: vscode.TextEditor;

  before(async () => {
    writeTinyWorkspace(inWorkspace().fsPath, { mixture: false });
    const uri = inWorkspace("language.mixture.yaml");
    writeFileSync(uri.fsPath, tinyMixture().replace("budget: 24", "budgte: 24"));
    document = await vscode.workspace.openTextDocument(uri);
    editor = await vscode.window.showTextDocument(document);
  });

  after(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.workspace.fs.delete(document.uri);
  });

  const placeOf = (text: string, offset = 0) =>
    document.positionAt(document.getText().indexOf(text) + offset);

  it("a quick fix mends a mistyped key, and undo brings it back", async () => {
    const range = new vscode.Range(placeOf("budgte"), placeOf("budgte", 6));
    const fix = await eventually("a quick fix", async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        range,
      );
      return found.find(action => action.title === "Use budget");
    });
    assert.equal(fix.isPreferred, true);
    assert.ok(fix.edit && (await vscode.workspace.applyEdit(fix.edit)));
    assert.match(document.getText(), /^budget: 24$/m);
    await vscode.commands.executeCommand("undo");
    assert.match(document.getText(), /^budgte: 24$/m);
    await vscode.commands.executeCommand("redo");
    await document.save();
  });

  it("completion knows the languages that have data, by their own names", async () => {
    const labels = await eventually("languages with counts", async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        placeOf("[fi, sw]", 1),
      );
      const shown = list.items.map(item =>
        typeof item.label === "string" ? "" : (item.label.description ?? ""),
      );
      return shown.find(text => /suomi.*Finnish.*\d+ examples/.test(text)) === undefined ? null : shown;
    });
    assert.ok(labels.length >= 3);
  });

  it("completion of the model knows those of the workspace", async () => {
    const list = await eventually("a model", async () => {
      const found = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        placeOf("model: ", 7),
      );
      const labels = found.items.map(({ label }) => (typeof label === "string" ? label : label.label));
      return labels.includes("./model") ? labels : null;
    });
    assert.ok(list.includes("pinch/starter"), list.join(", "));
  });

  it("hover, hints, lenses, outline and definitions say what the data are", async () => {
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      placeOf("pinch:", 1),
    );
    const text = hover?.contents.map(part => (part as vscode.MarkdownString).value).join("") ?? "";
    assert.match(text, /\| en English \| 18 \| 75% \|/);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      "vscode.executeInlayHintProvider",
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
    );
    assert.ok(
      hints.some(hint => hint.label === "en 18 · fi 3 · sw 3"),
      JSON.stringify(hints.map(h => h.label)),
    );
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
    );
    const titles = lenses.map(lens => lens.command?.title);
    for (const title of ["$(play) Run", "Plan", "Preview data"]) assert.ok(titles.includes(title), title);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      document.uri,
    );
    const mixtures = symbols.find(symbol => symbol.name === "mixtures");
    assert.deepEqual(
      mixtures?.children.map(symbol => symbol.name),
      ["english", "pinch"],
    );
    const places = await vscode.commands.executeCommand<vscode.Location[]>(
      "vscode.executeDefinitionProvider",
      document.uri,
      placeOf("data/train/"),
    );
    assert.equal(places.length, 3);
  });

  it("a mixture is renamed where its name stands, and not to a name that is taken", async () => {
    const rename = (name: string) =>
      vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        "vscode.executeDocumentRenameProvider",
        document.uri,
        placeOf("pinch:", 2),
        name,
      );
    await vscode.workspace.applyEdit(await rename("drop"));
    assert.match(document.getText(), /^ {2}drop: \{ base: en/m);
    await vscode.commands.executeCommand("undo");
    await assert.rejects(Promise.resolve(rename("english")), /already/);
  });

  it("a plan opens as a text with the counts", async () => {
    await vscode.commands.executeCommand(commands.planMixture, document.uri, "pinch");
    const plan = vscode.window.visibleTextEditors.find(shown => shown.document.uri.scheme === "pinch-plan");
    assert.match(plan?.document.getText() ?? "", /^pinch +7 .* MiB +18 +3 +3$/m);
  });

  it("examples are shown as the model sees them, and a refusal says why", async () => {
    const messages = recordMessages();
    try {
      await vscode.commands.executeCommand(commands.previewData, document.uri, "pinch");
      const tab = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ label }) => label);
      await eventually("the preview", () => (tab().includes("Examples of pinch") ? true : null));
      assert.equal(messages.shown.length, 0, JSON.stringify(messages.shown));
      await vscode.commands.executeCommand(commands.previewData, document.uri, "pinhc");
      assert.match(messages.shown[0]?.text ?? "", /no valid mixture pinhc\. .*Did you mean pinch/);
    } finally {
      messages.restore();
    }
    await vscode.window.showTextDocument(editor.document);
  });

  it("a data file has its faults on their lines, its language above, and its rows as the model sees them", async () => {
    const uri = inWorkspace("data", "train", "fi.jsonl");
    const data = await vscode.workspace.openTextDocument(uri);
    const shown = await vscode.window.showTextDocument(data);
    const lens = await eventually("a lens", async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        uri,
      );
      return lenses.map(({ command }) => command?.title ?? "").find(title => title.includes("Finnish"));
    });
    assert.match(lens, /suomi.*\d+ examples · training data of language\.mixture\.yaml/);
    await vscode.commands.executeCommand(commands.showExample, uri);
    const tabs = () => vscode.window.tabGroups.all.flatMap(group => group.tabs).map(({ label }) => label);
    await eventually("the row", () => (tabs().includes("fi.jsonl, line 1") ? true : null));
    await shown.edit(edit => edit.insert(new vscode.Position(1, 0), '{"prompt": 1}\n'));
    const [fault] = await eventually("a fault of the line", () => {
      const found = vscode.languages.getDiagnostics(uri);
      return found.length > 0 ? found : null;
    });
    assert.equal(fault?.range.start.line, 1);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });
});
