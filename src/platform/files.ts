// Reading and writing files through the workspace's file system.
import * as vscode from "vscode";
import { HumanError } from "../common/errors.ts";

const decoder = new TextDecoder("utf-8");
const encoder = new TextEncoder();

/** Limit for files read as one text, in bytes; files written by Pinch are smaller. */
const maxBytes = 32 * 1024 * 1024;

/** The text of a file, or null if it does not exist. @throws HumanError if it is not a file, or too large. */
export async function readText(uri: vscode.Uri): Promise<string | null> {
  return readWhole(uri, true);
}

/** The same of a run folder, which may be a stranger's: no link is followed. */
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

/** Atomic: a reader sees the old text or the new one, never half of it. */
export async function replaceText(uri: vscode.Uri, text: string): Promise<void> {
  // An unpredictable name: an existing file could be a link to somewhere else.
  const temporary = uri.with({ path: `${uri.path}.${globalThis.crypto.randomUUID()}.tmp` });
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
    const { mtime, size, type } = await vscode.workspace.fs.stat(uri);
    // A pipe or a device would keep its reader waiting.
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
        ? "no regular file"
        : `a file of ${Math.ceil(size / 1024 / 1024)} MiB`;
  return new HumanError(`${uri.fsPath} is ${what}: it is not read.`, {
    remedy: "Pinch wrote no such file: restore it, or remove it.",
  });
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof vscode.FileSystemError &&
    (error.code === "FileNotFound" || error.code === "FileNotADirectory")
  );
}
