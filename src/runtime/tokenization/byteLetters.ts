// The printable characters as which byte-level tokenizers write the 256 bytes (GPT-2's table).

const letters: readonly string[] = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCodePoint(isPrintable ? byte : next++);
  });
})();
const bytes = new Map(letters.map((letter, byte) => [letter, byte]));
/** Letters of all bytes that occur in UTF-8. */
export const utf8Letters: readonly string[] = letters.filter((_, byte) => isInUtf8(byte));

export function isInUtf8(byte: number): boolean {
  return byte < 0xc0 || (byte > 0xc1 && byte < 0xf5);
}

const encoder = new TextEncoder();
const plain = /^[!-~]*$/;

export function byteLetters(text: string): string {
  if (plain.test(text)) return text;
  let written = "";
  for (const byte of encoder.encode(text)) written += letters[byte];
  return written;
}

/** Bytes that a token stands for; a token with any other character stands for its own. */
export function bytesOfLetters(token: string): readonly number[] {
  const found: number[] = [];
  for (const letter of token) {
    const byte = bytes.get(letter);
    if (byte === undefined) return [...encoder.encode(token)];
    found.push(byte);
  }
  return found;
}
