// Writes a dataset's pattern or a model into a mixture file, as an edit that can be undone.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import {
  changeReference,
  type ReferencePlace,
  relativePath,
  yamlScalar,
} from "../../core/mixtureFile/reference.ts";
import type { DatasetPurpose } from "../../core/sources/datasets.ts";
import { commands, mixtureFileGlob, mixtureFileSuffix } from "../../manifest.ts";
import { showNotice } from "../../platform/messages.ts";

/** Value for a mixture file. Paths in the same workspace folder are written relative to that file. */
export type Reference =
  | { readonly place: ReferencePlace; readonly path: vscode.Uri }
  | { readonly place: "model"; readonly name: string }
  | { readonly place: DatasetPurpose; readonly yaml: string };

export async function useInMixtureFile(reference: Reference): Promise<void> {
  const file = await chooseMixtureFile();
  if (file === undefined) return;
  const document = await vscode.workspace.openTextDocument(file);
  const value =
    "yaml" in reference
      ? reference.yaml
      : yamlScalar("name" in reference ? reference.name : written(file, reference.path));
  const change = changeReference(document.getText(), reference.place, value);
  if (change === null)
    throw new HumanError(`No place for ${value} was found in ${vscode.workspace.asRelativePath(file)}.`, {
      remedy: `Write it there as ${reference.place === "model" ? "model" : `data.${reference.place}`}.`,
    });
  const { start, end } = change.range;
  const range = new vscode.Range(start.line, start.column, end.line, end.column);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(file, range, change.text);
  await vscode.workspace.applyEdit(edit);
  const editor = await vscode.window.showTextDocument(document);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function written(mixtureFile: vscode.Uri, path: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(mixtureFile);
  const near = folder !== undefined && vscode.workspace.getWorkspaceFolder(path)?.index === folder.index;
  const base = vscode.Uri.joinPath(mixtureFile, "..").path;
  return (near ? relativePath(base, path.path) : null) ?? path.fsPath;
}

/** Returns the file in the editor, else the only one, else the user's choice; undefined if there is none. */
async function chooseMixtureFile(): Promise<vscode.Uri | undefined> {
  const isMixture = ({ document }: vscode.TextEditor) => document.uri.path.endsWith(mixtureFileSuffix);
  const active = vscode.window.activeTextEditor;
  const shown =
    active !== undefined && isMixture(active) ? active : vscode.window.visibleTextEditors.find(isMixture);
  if (shown !== undefined) return shown.document.uri;
  const files = await vscode.workspace.findFiles(mixtureFileGlob, "**/node_modules/**", 50);
  if (files.length === 0) {
    showNotice("There is no mixture file in this workspace yet.", [
      { title: "New Mixture File", run: () => vscode.commands.executeCommand(commands.newMixtureFile) },
    ]);
    return undefined;
  }
  if (files.length === 1) return files[0];
  const items = files.map(uri => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const chosen = await vscode.window.showQuickPick(items, { title: "Use in which mixture file?" });
  return chosen?.uri;
}
