// Recognises SentencePiece's tokenizer.model, which other tools read instead of tokenizer.json.

/** Fields of its `ModelProto`: pieces, trainer, normalizer, self-test, denormalizer; each has a length. */
const fields = { first: 1, last: 5 } as const;
const lengthDelimited = 2;

/** Reads a variable-length integer; null if it does not end within 4 bytes of 7 bits. */
function varint(bytes: Buffer, from: number): { readonly value: number; readonly to: number } | null {
  let value = 0;
  for (let at = 0; at < 4; at++) {
    const byte = bytes[from + at];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { value, to: from + at + 1 };
  }
  return null;
}

/** Reports whether a file consists of the fields of a SentencePiece model, up to its last byte. */
export function isSentencePiece(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    const key = varint(bytes, at);
    const length = key === null ? null : varint(bytes, key.to);
    if (key === null || length === null || (key.value & 7) !== lengthDelimited) return false;
    const field = key.value >> 3;
    if (field < fields.first || field > fields.last) return false;
    at = length.to + length.value;
  }
  return at === bytes.length && at > 0;
}
