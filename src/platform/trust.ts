// Restricted Mode: in an untrusted folder nothing is computed and nothing outside it is read.
import * as vscode from "vscode";
import { HumanError } from "../common/errors.ts";
import { isReallyInside } from "../node/insideFolder.ts";

/** @param what The subject of the message: "Runs". @throws HumanError if the workspace is not trusted. */
export function requireTrust(what: string): void {
  if (vscode.workspace.isTrusted) return;
  throw new HumanError(`${what} need a trusted workspace.`, {
    remedy: "Trust this workspace (Workspaces: Manage Workspace Trust), then try again.",
  });
}

/** A process of Pinch may work with this file: it is on a disk, and its folder is trusted. */
export function mayCompute(uri: vscode.Uri): boolean {
  return uri.scheme === "file" && vscode.workspace.isTrusted;
}

/**
 * In a trusted workspace everything that it names; else what lies in its folders, links followed. No path that names
 * another machine (`\\host\share`) is even asked about: Windows would log on there.
 */
export function mayRead(uri: vscode.Uri): boolean {
  if (vscode.workspace.isTrusted) return true;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return false;
  return uri.scheme !== "file" || isReallyInside(folder.uri.fsPath, uri.fsPath);
}
