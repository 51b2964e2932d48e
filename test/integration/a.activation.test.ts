// The extension starts, and registers exactly what its manifest promises.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import { extension } from "../support/host.ts";

interface Manifest {
  readonly main: string;
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

// Named to run first: later tests activate the extension too, and then there is nothing left to time.
describe("activation", () => {
  it("activates", async () => {
    const found = extension();
    const alreadyActive = found.isActive;
    const started = performance.now();
    await found.activate();
    const milliseconds = (performance.now() - started).toFixed(0);
    assert.ok(found.isActive);
    // Reported, not tested: a time says as much about the machine as about the extension.
    console.log(
      alreadyActive ? "      (active already)" : `      (loading and activating took ${milliseconds} ms)`,
    );
  });

  it("registers every command of the manifest and no other", async () => {
    const { contributes } = extension().packageJSON as Manifest;
    const promised = contributes.commands.map(({ command }) => command).sort();
    const registered = (await vscode.commands.getCommands(true))
      .filter(command => /^pinch\.\w+$/.test(command))
      .sort();
    assert.deepEqual(registered, promised);
    assert.deepEqual(promised, Object.values(commands).sort());
  });

  it("finds the runtime that it starts", () => {
    const { extensionPath } = extension();
    assert.ok(existsSync(vscode.Uri.joinPath(vscode.Uri.file(extensionPath), "dist", "runtime.js").fsPath));
  });
});
