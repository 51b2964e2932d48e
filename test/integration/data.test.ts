// Data in the editor: a CSV becomes a dataset, the index counts it in the background, a mixture file takes it up.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import type { ColumnMapping, DatasetImport } from "../../src/protocol/data.ts";
import { eventually, inWorkspace, recordMessages } from "../support/host.ts";

const mapping: ColumnMapping = {
  prompt: "question",
  input: null,
  response: "answer",
  id: "id",
  language: { kind: "detect" },
};

describe("data", () => {
  const folder = inWorkspace("imported");
  const csv = vscode.Uri.joinPath(folder, "source.csv");
  const mixture = vscode.Uri.joinPath(folder, "data.mixture.yaml");
  const messages = recordMessages();

  before(() => {
    mkdirSync(folder.fsPath, { recursive: true });
    const rows = [
      "id,question,answer",
      '1,"What colour is the sky, on a clear day?",The sky is blue when the weather is good.',
      "1,Minkä värinen on taivas kirkkaana päivänä?,Taivas on sininen kun sää on hyvä.",
      "2,Why do the leaves fall in autumn?,",
    ];
    writeFileSync(csv.fsPath, `${rows.join("\n")}\n`);
  });
  after(() => messages.restore());

  it("imports a CSV, detects its languages and says what was left out", async () => {
    const out = vscode.Uri.joinPath(folder, "rows");
    const done = (await vscode.commands.executeCommand(commands.addDataset, csv, {
      mapping,
      out,
    })) as DatasetImport;
    assert.deepEqual(done.rows, { en: 1, fi: 1 });
    assert.equal(JSON.parse(readFileSync(vscode.Uri.joinPath(out, "fi.jsonl").fsPath, "utf8")).id, "1");
    const told = messages.shown.at(-1);
    assert.match(told?.text ?? "", /2 rows in 2 languages.*Left out: 1 row without a prompt or response/);
    assert.deepEqual(told?.buttons, ["Use in Mixture File"]);
  });

  it("an unreadable file is told with a remedy", async () => {
    const bad = vscode.Uri.joinPath(folder, "bad.parquet");
    writeFileSync(bad.fsPath, "PAR1 and then nothing");
    await vscode.commands.executeCommand(commands.addDataset, bad, { mapping });
    assert.match(messages.shown.at(-1)?.text ?? "", /cut short.*Download or copy it again in full/);
  });

  it("a mixture file takes a dataset up, as an edit that can be undone", async () => {
    writeFileSync(mixture.fsPath, "version: 1\nmodel: pinch/starter # small\n");
    const document = await vscode.workspace.openTextDocument(mixture);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(commands.useInMixtureFile, {
      kind: "dataset",
      dataset: { purpose: "train", pattern: "", files: new Map() },
      pattern: vscode.Uri.joinPath(folder, "rows", "{language}.jsonl"),
    });
    assert.match(document.getText(), /data:\n {2}train: rows\/\{language\}\.jsonl\n/);
    await vscode.commands.executeCommand("undo");
    await eventually("the old text", () => (document.getText().includes("data:") ? null : true));
  });
});
