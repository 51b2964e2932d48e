// Counts the rows of a JSON Lines file, up to a limit, without holding the file in memory.
import type { ByteFile } from "../../platform/byteFile.ts";

/** Bytes read at a time, between which the extension host handles other events. */
const pieceBytes = 64 * 1024;
/**
 * Bytes read in total. A file whose rows exceed this divided by `enough` on average is left to the runtime.
 */
const maxBytes = 16 * 1024 * 1024;

const newline = 0x0a;
const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** Counts the lines that are not blank, up to `enough`; null if counting would take too long. */
export async function countLines(file: ByteFile, enough: number): Promise<number | null> {
  let rows = 0;
  let filled = false;
  for (let offset = 0; offset < maxBytes; offset += pieceBytes) {
    const bytes = await file.read(offset, pieceBytes);
    for (const byte of bytes) {
      if (byte === newline) {
        if (filled) rows++;
        filled = false;
        if (rows >= enough) return enough;
      } else if (!filled && !isBlank(byte)) filled = true;
    }
    if (bytes.length < pieceBytes) return filled ? rows + 1 : rows;
  }
  return null;
}
