// Reading and writing files through the workspace's file system.
import * as vscode from "vscode";

const decoder = new TextDecoder("utf-8");
const encoder = new TextEncoder();

/** The text of a file, or null when there is none. */
export async function readText(uri: vscode.Uri): Promise<string | null> {
  try {
    return decoder.decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Atomic: a reader sees the old text or the new one, never half of it. */
export async function replaceText(uri: vscode.Uri, text: string): Promise<void> {
  const temporary = uri.with({ path: `${uri.path}.${Date.now().toString(36)}.tmp` });
  await vscode.workspace.fs.writeFile(temporary, encoder.encode(text));
  await vscode.workspace.fs.rename(temporary, uri, { overwrite: true });
}

/** Entries of a folder; empty when there is none. */
export async function listFolder(uri: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(uri);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Time of the last change in ms since the epoch and size in bytes, or null when there is no such file. */
export async function statFile(uri: vscode.Uri): Promise<{ mtime: number; size: number } | null> {
  try {
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    return { mtime, size };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof vscode.FileSystemError &&
    (error.code === "FileNotFound" || error.code === "FileNotADirectory")
  );
}
