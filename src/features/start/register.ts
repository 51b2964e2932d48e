// Getting started: the example, new studies, and the context keys of the welcome views.
import * as vscode from "vscode";
import { commands, contextKeys, mixtureFileGlob } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { registerCommand } from "../../platform/messages.ts";
import type { Workspace } from "../../workspace/workspace.ts";

export function registerStart({ extension, launch, log }: Workspace): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(mixtureFileGlob, false, true, false);
  const look = () => void tellOfMixtureFiles(log);
  look();
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidDelete(look),
    vscode.workspace.onDidChangeWorkspaceFolders(look),
    registerCommand(log, commands.openExample, async () => {
      const { openExample } = await import("./openExample.ts");
      await openExample(extension);
    }),
    registerCommand(log, commands.newStudy, async () => {
      const { newStudy } = await import("./newStudy.ts");
      await newStudy(launch, log);
    }),
  );
}

/** Sets the context key by which welcome views offer the next step: first a file, then a run. */
async function tellOfMixtureFiles(log: Log): Promise<void> {
  try {
    const [found] = await vscode.workspace.findFiles(mixtureFileGlob, "**/node_modules/**", 1);
    await vscode.commands.executeCommand("setContext", contextKeys.hasMixtureFile, found !== undefined);
  } catch (error) {
    log.warn(`The search for mixture files failed: ${String(error)}`);
  }
}
