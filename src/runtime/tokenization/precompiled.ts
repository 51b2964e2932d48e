// SentencePiece's precompiled normalization: a map from sequences of bytes to texts, as a double-array trie.

const terminator = 0;
/** Graphemes of more bytes are looked up character by character. */
const longGrapheme = 6;

const encoder = new TextEncoder();

class CharacterMap {
  readonly #units: Uint32Array;
  readonly #texts: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(charsmap: string) {
    const bytes = Buffer.from(charsmap, "base64");
    const size = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
    if (size % 4 !== 0 || size + 4 > bytes.length) throw new Error("precompiled_charsmap is damaged");
    this.#units = Uint32Array.from({ length: size / 4 }, (_, at) => bytes.readUInt32LE(4 + at * 4));
    this.#texts = bytes.subarray(4 + size);
  }

  /** Returns the text for the shortest beginning of `text` that the map has; null if it has none. */
  get(text: Uint8Array): string | null {
    const units = this.#units;
    let place = offsetOf(units[0] ?? 0);
    for (const byte of text) {
      if (byte === terminator) break;
      place ^= byte;
      const unit = units[place] ?? 0;
      if (labelOf(unit) !== byte) return null;
      place ^= offsetOf(unit);
      if (hasLeaf(unit)) return this.#textAt((units[place] ?? 0) & 0x7fffffff);
    }
    return null;
  }

  #textAt(from: number): string {
    const end = this.#texts.indexOf(terminator, from);
    return this.#decoder.decode(this.#texts.subarray(from, end < 0 ? undefined : end));
  }
}

const labelOf = (unit: number): number => (unit & 0x800000ff) >>> 0;
const hasLeaf = (unit: number): boolean => ((unit >>> 8) & 1) === 1;
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);

/** @param charsmap In base64, as in tokenizer.json; empty for no rules. */
export function precompiledNormalizer(charsmap: string): (text: string) => string {
  if (charsmap === "") return text => text;
  const map = new CharacterMap(charsmap);
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  const known = new Map<string, string>();
  const normalized = (grapheme: string): string => {
    const bytes = encoder.encode(grapheme);
    const whole = bytes.length < longGrapheme ? map.get(bytes) : null;
    if (whole !== null) return whole;
    return Array.from(grapheme, character => map.get(encoder.encode(character)) ?? character).join("");
  };
  return text => {
    let changed = "";
    for (const { segment } of graphemes.segment(text)) {
      let now = known.get(segment);
      if (now === undefined) {
        now = normalized(segment);
        if (known.size < 10_000) known.set(segment, now);
      }
      changed += now;
    }
    return changed;
  };
}
