// Counts the rows of a JSON Lines file, up to a limit, without holding the file in memory.
import type { ByteFile } from "../../platform/byteFile.ts";

/** Read at a time: the extension host answers other things in between. */
const pieceBytes = 64 * 1024;
/** Read in all: rows that are longer on average than this divided by the rows that are enough belong to the runtime. */
const maxBytes = 16 * 1024 * 1024;

const newline = 0x0a;
const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** Lines that hold more than white space, `enough` where there are so many or more; null: it would take too long. */
export async function countRows(file: ByteFile, enough: number): Promise<number | null> {
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
