// Decodes text files; the fault reports what was found instead of UTF-8.
import { type Diagnostic, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { otherKind, utf8Remedy } from "./otherKind.ts";

/** Returns the text without its byte order mark, or the fault, which names `file`. */
export function decodeUtf8(bytes: Uint8Array, file: string): string | Diagnostic {
  const other = otherKind(bytes);
  if (other !== null) return fault(file, startOfFile, `The file is ${other.what}.`, other.remedy);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { line, column, byte } = firstBadByte(bytes);
    const range = { start: { line, column }, end: { line, column: column + 1 } };
    const shown = byte.toString(16).toUpperCase().padStart(2, "0");
    return fault(file, range, `The byte ${shown} is not valid UTF-8.`);
  }
}

function fault(file: string, range: SourceRange, message: string, remedy = utf8Remedy): Diagnostic {
  return { severity: "error", code: "encoding", message, remedy, file, range };
}

function firstBadByte(bytes: Uint8Array): { line: number; column: number; byte: number } {
  let line = 0;
  let column = 0;
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return { line, column, byte: bytes[i] ?? 0 };
    if (bytes[i] === 0x0a) {
      line++;
      column = 0;
    } else column += length === 4 ? 2 : 1;
    i += length;
  }
  return { line, column, byte: bytes.at(-1) ?? 0 };
}

/**
 * Returns the length in bytes of the well-formed sequence at an offset (Unicode 15, table
 * 3-7); 0 if malformed.
 */
function sequenceLength(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  const second = bytes[offset + 1] ?? 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (length === 0 || second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    const next = bytes[offset + i] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}
