// Extension host part of `npm run bench:ui`: activation, time from the last key to diagnostics, memory.
import { appendFileSync, copyFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as vscode from "vscode";
import { extensionId, views } from "../src/manifest.ts";

const limits = { activationMs: 50, diagnosticsMs: 100, hostMegabytes: 300 };
const keys = 15;
/** Time for the window to settle. */
const windowMs = 10_000;
/** Time for views, index and checks to settle. */
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

/** Only resident memory is compared with a limit; the rest shows its composition. */
function reportMemory(what: string): void {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  report(`${what}, resident`, megabytes(rss), "MB", limits.hostMegabytes);
  report("  of which heap", megabytes(heapTotal), "MB");
  report("  of which in use or not collected yet", megabytes(heapUsed), "MB");
  report("  of which outside the heap", megabytes(external), "MB");
  collectGarbage();
  report("  in use after garbage collection", megabytes(process.memoryUsage().heapUsed), "MB");
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

const megabytes = (bytes: number): number => bytes / 2 ** 20;
const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Polling interval for diagnostics. */
const lookMs = 1;

/**
 * Resolves when the file has mistakes, or none. Polls, because VS Code reports changes of diagnostics 50 ms
 * late to batch them, although the editor already has them.
 */
async function diagnosticsOf(uri: vscode.Uri, mistakes: boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  const found = () =>
    vscode.languages.getDiagnostics(uri).some(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
  while (found() !== mistakes) {
    if (performance.now() > deadline)
      throw new Error(`mistakes were never ${mistakes ? "shown" : "taken away"}`);
    await wait(lookMs);
  }
}

/** Time at which the next change of the text reaches the extension host, its first sign of a key press. */
function changeOf(uri: vscode.Uri): Promise<number> {
  return new Promise(resolve => {
    const listening = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || document.uri.toString() !== uri.toString()) return;
      const now = performance.now();
      listening.dispose();
      resolve(now);
    });
  });
}

describe("the editor over a large workspace", () => {
  it("is measured", async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    if (extension === undefined || extension.isActive) throw new Error("the extension is active already");
    // The window itself is still being drawn on the same cores.
    await wait(windowMs);
    const before = process.memoryUsage.rss();
    const usage = process.cpuUsage();
    const began = performance.now();
    await extension.activate();
    report("loading and activation", performance.now() - began, "ms", limits.activationMs);
    const { user, system } = process.cpuUsage(usage);
    report("  of which processor time, of all threads", (user + system) / 1000, "ms");

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

    // Type a mistake and remove it; each change must show in its own time.
    const times: Record<"whole" | "broken", number[]> = { whole: [], broken: [] };
    const at = new vscode.Position(document.lineCount - 1, 0);
    for (const [kind, mistake] of [
      ["whole", "mistake: 1\n"],
      ["broken", "mistake: {\n"],
    ] as const) {
      for (let i = 0; i < keys; i++) {
        const arrived = changeOf(uri);
        const [began, shown] = await Promise.all([
          arrived,
          diagnosticsOf(uri, true).then(() => performance.now()),
          editor.edit(edit => edit.insert(at, mistake)),
        ]);
        times[kind].push(shown - began);
        await vscode.commands.executeCommand("undo");
        await diagnosticsOf(uri, false);
      }
    }
    const reportTimes = (what: string, all: number[]): void => {
      all.sort((a, b) => a - b);
      report(`${what}, median`, all[Math.floor(keys / 2)] ?? Number.NaN, "ms", limits.diagnosticsMs);
      report("  the slowest of them", all.at(-1) ?? Number.NaN, "ms", limits.diagnosticsMs);
    };
    reportTimes("diagnostics of 500 lines after the last key", times.whole);
    reportTimes("the same of a text that is no YAML", times.broken);

    reportMemory(`extension host after ${4 * keys} edits in a row`);
    report("  of which VS Code's own host had before activation", megabytes(before), "MB");
  });
});
