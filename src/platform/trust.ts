// Restricted Mode: in an untrusted folder nothing is computed, and nothing outside the folder is read.
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

/** Whether processes of Pinch may use this file: it is on a disk, and its folder is trusted. */
export function mayCompute(uri: vscode.Uri): boolean {
  return uri.scheme === "file" && vscode.workspace.isTrusted;
}

/**
 * Whether a path that a file names may be read: any path in a trusted workspace, otherwise only paths inside
 * its folders after following links. A path to another machine (`\\host\share`) is not even checked, because
 * Windows would log on there.
 */
export function mayRead(uri: vscode.Uri): boolean {
  if (vscode.workspace.isTrusted) return true;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return false;
  return uri.scheme !== "file" || isReallyInside(folder.uri.fsPath, uri.fsPath);
}
