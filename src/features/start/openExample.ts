// Pinch: Open Example. Copies the bundled example to a folder of your choice and opens it.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { bundled } from "../../manifest.ts";
import { listFolder, statFile } from "../../platform/files.ts";
import { showNotice } from "../../platform/messages.ts";

/** Number of folder names to try before giving up: just-a-pinch, just-a-pinch-2 … */
const maxNames = 1_000;

export async function openExample(extension: vscode.Uri): Promise<void> {
  const source = vscode.Uri.joinPath(extension, ...bundled.example.split("/"));
  const name = baseName(bundled.example);
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: "Open Example",
      openLabel: "Copy the Example Here",
      canSelectFiles: false,
      canSelectFolders: true,
      ...(workspace === undefined ? {} : { defaultUri: workspace.uri }),
    })) ?? [];
  if (chosen === undefined) return;
  const target = await freeFolder(chosen, name);
  try {
    await vscode.workspace.fs.copy(source, target, { overwrite: false });
  } catch (error) {
    throw systemError(error, `The example could not be copied to ${target.fsPath}`) ?? error;
  }
  await show(target);
}

async function freeFolder(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let number = 1; number <= maxNames; number++) {
    const uri = vscode.Uri.joinPath(parent, number === 1 ? name : `${name}-${number}`);
    if ((await statFile(uri)) === null) return uri;
  }
  throw new HumanError(`There are already ${maxNames} examples in ${parent.fsPath}.`, {
    remedy: "Choose another folder.",
  });
}

/** Opens the copy in this window if its folder contains it or no folder is open; asks otherwise. */
async function show(copy: vscode.Uri): Promise<void> {
  if (vscode.workspace.getWorkspaceFolder(copy) !== undefined) {
    const files = await listFolder(copy);
    const file = files.find(([entry]) => entry.endsWith(".mixture.yaml"))?.[0];
    if (file !== undefined) await vscode.window.showTextDocument(vscode.Uri.joinPath(copy, file));
    return;
  }
  const open = (forceNewWindow: boolean) =>
    vscode.commands.executeCommand("vscode.openFolder", copy, { forceNewWindow });
  if ((vscode.workspace.workspaceFolders ?? []).length === 0) {
    await open(false);
    return;
  }
  showNotice(`The example was copied to ${copy.fsPath}.`, [
    { title: "Open", run: () => open(false) },
    { title: "Open in New Window", run: () => open(true) },
  ]);
}
