// Lists what a zip archive holds, from its central directory, and reads a file of it.
import { inflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  /** Uncompressed, in bytes. */
  readonly size: number;
  /** Of the deflated bytes. */
  readonly packed: number;
  /** Where its local header begins. */
  readonly at: number;
}

// Signatures and offsets: PKWARE's APPNOTE.TXT, sections 4.3.12 and 4.3.16.
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endLength = 22;
const entryLength = 46;
const localLength = 30;

/** Archives above 4 GiB have another directory, which is not read here. */
export function zipEntries(archive: Buffer): ZipEntry[] {
  let end = archive.length - endLength;
  while (end >= 0 && archive.readUInt32LE(end) !== endSignature) end--;
  if (end < 0) throw new Error("This is not a zip archive.");
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== entrySignature) throw new Error(`No directory entry at ${at}.`);
    const nameLength = archive.readUInt16LE(at + 28);
    entries.push({
      name: archive.toString("utf8", at + entryLength, at + entryLength + nameLength),
      size: archive.readUInt32LE(at + 24),
      packed: archive.readUInt32LE(at + 20),
      at: archive.readUInt32LE(at + 42),
    });
    at += entryLength + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/** The text of a deflated file (method 8), which vsce's all are. */
export function zipText(archive: Buffer, name: string): string {
  const entry = zipEntries(archive).find(each => each.name === name);
  if (entry === undefined) throw new Error(`The archive has no ${name}.`);
  const start =
    entry.at + localLength + archive.readUInt16LE(entry.at + 26) + archive.readUInt16LE(entry.at + 28);
  return inflateRawSync(archive.subarray(start, start + entry.packed)).toString("utf8");
}
