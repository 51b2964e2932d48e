// How many rows a JSON Lines file has, without reading them.

const newline = 0x0a;
const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** Lines that hold more than white space. */
export function countRows(bytes: Uint8Array): number {
  let rows = 0;
  let filled = false;
  for (const byte of bytes) {
    if (byte === newline) {
      if (filled) rows++;
      filled = false;
    } else if (!filled && !isBlank(byte)) filled = true;
  }
  return filled ? rows + 1 : rows;
}
