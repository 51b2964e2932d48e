// Reading and writing files through the workspace's file system.
import * as vscode from "vscode";
import { HumanError } from "../common/errors.ts";

const decoder = new TextDecoder("utf-8");
const encoder = new TextEncoder();

/** Size limit in bytes of files read as one text; files written by Pinch are smaller. */
const maxBytes = 32 * 1024 * 1024;

/**
 * Returns the text of a file, or null if it does not exist.
 * @throws HumanError if it is not a regular file, or too large.
 */
export async function readText(uri: vscode.Uri): Promise<string | null> {
  return readWhole(uri, true);
}

/** The same for a run folder, which may be from an untrusted source: links are not followed. */
export async function readOwnText(uri: vscode.Uri, most = maxBytes): Promise<string | null> {
  return readWhole(uri, false, most);
}

async function readWhole(uri: vscode.Uri, links: boolean, most = maxBytes): Promise<string | null> {
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    const plain = links ? type & ~vscode.FileType.SymbolicLink : type;
    if (plain !== vscode.FileType.File || size > most) throw notRead(uri, type, size);
    return decoder.decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Writes atomically: a reader sees the old text or the new one, never a part of it. */
export async function replaceText(uri: vscode.Uri, text: string): Promise<void> {
  // The name is unpredictable: an existing file could be a link to somewhere else.
  const temporary = uri.with({ path: `${uri.path}.${globalThis.crypto.randomUUID()}.tmp` });
  await vscode.workspace.fs.writeFile(temporary, encoder.encode(text));
  await vscode.workspace.fs.rename(temporary, uri, { overwrite: true });
}

/** Entries of a folder; empty if it does not exist. */
export async function listFolder(uri: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(uri);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Time of the last change in ms since the epoch and size in bytes, or null if the file does not exist. */
export async function statFile(uri: vscode.Uri): Promise<{ mtime: number; size: number } | null> {
  try {
    const { mtime, size, type } = await vscode.workspace.fs.stat(uri);
    // Reading a pipe or a device would block.
    return (type & vscode.FileType.File) === 0 ? null : { mtime, size };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function notRead(uri: vscode.Uri, type: vscode.FileType, size: number): HumanError {
  const what =
    (type & vscode.FileType.SymbolicLink) !== 0
      ? "a link"
      : (type & vscode.FileType.File) === 0
        ? "not a regular file"
        : `a file of ${Math.ceil(size / 1024 / 1024)} MiB`;
  return new HumanError(`${uri.fsPath} was not read: it is ${what}.`, {
    remedy: "Pinch did not write this file. Restore the original, or remove it.",
  });
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof vscode.FileSystemError &&
    (error.code === "FileNotFound" || error.code === "FileNotADirectory")
  );
}
