// The extension starts, and registers exactly what its manifest promises.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import { activationTime, extension } from "../support/host.ts";

interface Manifest {
  readonly main: string;
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe("activation", () => {
  it("activates", async () => {
    const found = extension();
    await found.activate();
    assert.ok(found.isActive);
    // Reported, not tested: a time says as much about the machine as about the extension.
    console.log(
      `      (loading and activating took ${process.env[activationTime] ?? "an unknown number of"} ms)`,
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
