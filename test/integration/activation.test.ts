// The extension starts, and registers exactly what its manifest promises.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import { extension } from "../support/host.ts";

interface Manifest {
  readonly main: string;
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe("activation", () => {
  it("activates", async () => {
    const found = extension();
    await found.activate();
    assert.ok(found.isActive);
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
