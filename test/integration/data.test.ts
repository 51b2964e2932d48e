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

  it("an open data file is read as its mixture file says: by a column of languages, and other names", async () => {
    const rows = [
      { id: "a", q: "Who wrote it?", a: "Nobody did.", lang: "English" },
      { id: "a", q: "Kuka sen kirjoitti?", a: "Ei kukaan.", lang: "fi" },
      { id: "b", q: "Why?", lang: "en" },
    ];
    const mixed = vscode.Uri.joinPath(folder, "mixed.jsonl");
    writeFileSync(mixed.fsPath, rows.map(row => JSON.stringify(row)).join("\n"));
    writeFileSync(
      vscode.Uri.joinPath(folder, "mixed.mixture.yaml").fsPath,
      "version: 1\nmodel: pinch/starter\nbudget: 1\ndata:\n  train: { file: mixed.jsonl, language: lang, columns: { prompt: q, response: a } }\nmixtures: { english: { monolingual: en } }\n",
    );
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(mixed));
    const told = await eventually("the fault of the third row", () => {
      const found = vscode.languages.getDiagnostics(mixed).filter(({ source }) => source === "pinch");
      return found.length === 0 ? null : found;
    });
    assert.deepEqual(
      told.map(({ range, message }) => [range.start.line, /"response" is missing/.test(message)]),
      [[2, true]],
    );
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      mixed,
    );
    const titles = lenses.map(({ command }) => command?.title ?? "");
    assert.ok(
      titles.some(title => title.startsWith("languages by column · 2 examples")),
      titles.join("\n"),
    );
  });
});
