// Which documents are mixture files, and where their paths lead.
import * as vscode from "vscode";
import { mixtureFileGlob, mixtureFileSuffix } from "../../manifest.ts";

export function isMixtureFile(document: vscode.TextDocument): boolean {
  const { path, scheme } = document.uri;
  if (!path.endsWith(mixtureFileSuffix)) return false;
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (["file", "untitled", ...folders.map(folder => folder.uri.scheme)].includes(scheme)) return true;
  // Old versions, as from git, have schemes of their own, which are read-only.
  return vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}

/** Matches mixture files on any file system, including old versions in git; see `isMixtureFile`. */
export const mixtureSelector: vscode.DocumentSelector = { pattern: mixtureFileGlob };

/** URI of an absolute path in a mixture file, on that file's own file system. */
export function absoluteUri(mixtureFile: vscode.Uri, path: string): vscode.Uri {
  return mixtureFile.scheme === "file" || mixtureFile.scheme === "untitled"
    ? vscode.Uri.file(path)
    : mixtureFile.with({ path });
}
