// Reads byte ranges of a file, so that large files are never in memory as a whole.
import { type FileHandle, open } from "node:fs/promises";
import * as vscode from "vscode";
import { openOwnFile } from "../node/ownFile.ts";

export interface ByteFile {
  /** Returns fewer bytes than requested only at the end of the file. They are valid until the next call. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Opens the file while `work` runs. File systems other than the disk provide the file as a whole.
 * @param links Whether links are followed: a user's data may contain links, while a run folder contains only
 * regular files.
 */
export async function withByteFile<Result>(
  uri: vscode.Uri,
  work: (file: ByteFile) => Promise<Result>,
  links = false,
): Promise<Result> {
  if (uri.scheme !== "file") {
    const bytes = await vscode.workspace.fs.readFile(uri);
    return work({ read: async (offset, length) => bytes.subarray(offset, offset + length) });
  }
  const handle = links ? await open(uri.fsPath, "r") : await openOwnFile(uri.fsPath);
  if (handle === null) throw vscode.FileSystemError.FileNotFound(uri);
  try {
    let buffer = new Uint8Array();
    return await work({
      read: (offset, length) => {
        if (buffer.length < length) buffer = new Uint8Array(length);
        return readPart(handle, buffer, offset, length);
      },
    });
  } finally {
    await handle.close();
  }
}

async function readPart(
  handle: FileHandle,
  bytes: Uint8Array,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, offset + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}

/** Decodes each byte as one character, which is fast to create and to search. */
export function asLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
