// The extension host's part of `npm run bench:ui`: activation, diagnostics after the last key, memory.
import { appendFileSync, copyFileSync } from "node:fs";
import * as vscode from "vscode";
import { extensionId, views } from "../src/manifest.ts";

const limits = { activationMs: 50, diagnosticsMs: 100, hostMegabytes: 300 };
const keys = 15;
/** For views, index and checks to come to rest. */
const restMs = 20_000;

function report(what: string, value: number, unit: string, limit?: number): void {
  const figure = {
    what,
    value: Math.round(10 * value) / 10,
    unit,
    ...(limit === undefined ? {} : { limit }),
  };
  appendFileSync(process.env.PINCH_BENCH_FIGURES ?? "figures.jsonl", `${JSON.stringify(figure)}\n`);
}

function reportMemory(what: string): void {
  report(`${what}, resident`, megabytes(process.memoryUsage.rss()), "MB", limits.hostMegabytes);
}

const megabytes = (bytes: number): number => bytes / 2 ** 20;
const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Resolves when the file's mistakes are so many; rejects after ten seconds. */
function diagnosticsOf(uri: vscode.Uri, errors: number): Promise<number> {
  const has = (): boolean =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length === errors;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${errors} errors were never shown`)), 10_000);
    const listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (!uris.some(each => each.toString() === uri.toString()) || !has()) return;
      clearTimeout(timer);
      listening.dispose();
      resolve(performance.now());
    });
  });
}

describe("the editor over a large workspace", () => {
  it("is measured", async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    if (extension === undefined || extension.isActive) throw new Error("the extension is active already");
    const before = process.memoryUsage.rss();
    const began = performance.now();
    await extension.activate();
    report("loading and activation", performance.now() - began, "ms", limits.activationMs);

    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file("/");
    const uri = vscode.Uri.joinPath(folder, "large.mixture.yaml");
    copyFileSync(vscode.Uri.joinPath(folder, "large.txt").fsPath, uri.fsPath);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    for (const view of [views.mixture, views.datasets, views.models])
      await vscode.commands.executeCommand(`${view}.focus`);
    await wait(restMs);
    reportMemory("extension host at rest");
    await vscode.window.showTextDocument(document);

    const times: number[] = [];
    const at = new vscode.Position(document.lineCount - 1, 0);
    for (let i = 0; i < keys; i++) {
      // A mistake typed and taken back: each change must show at its own time.
      const shown = diagnosticsOf(uri, 1);
      await editor.edit(edit => edit.insert(at, "mistake: 1\n"));
      const typed = performance.now();
      times.push((await shown) - typed);
      const gone = diagnosticsOf(uri, 0);
      await vscode.commands.executeCommand("undo");
      await gone;
    }
    times.sort((a, b) => a - b);
    report(
      "diagnostics of 500 lines after the last key, median",
      times[Math.floor(keys / 2)] ?? 0,
      "ms",
      limits.diagnosticsMs,
    );
    report("the slowest of them", times.at(-1) ?? 0, "ms");

    report("of which it had before activation", megabytes(before), "MB");
    reportMemory(`extension host after ${2 * keys} edits in a row`);
  });
});
