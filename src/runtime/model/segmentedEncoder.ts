// Encodes a text in the pieces that special tokens cut it into, so that what repeats is encoded once.
import type { AddedToken } from "./checkedTokenizer.ts";
import { anyOf } from "./controlText.ts";

/** Pieces that are kept: every prompt of a batch shares some, and a prompt its own with its response. */
const mostKept = 4096;

/**
 * A tokenizer looks for special tokens first and encodes what lies between them apart; so may we. Whoever makes one
 * compares it with `encode` once: a tokenizer that strips white space around a token, or looks past it, differs.
 */
export class SegmentedEncoder {
  readonly #encode: (text: string) => readonly number[];
  readonly #special: RegExp | null;
  readonly #kept = new Map<string, readonly number[]>();

  constructor(encode: (text: string) => readonly number[], special: readonly AddedToken[]) {
    this.#encode = encode;
    const written = special.map(({ content }) => content);
    this.#special = written.length === 0 ? null : new RegExp(`(?=${anyOf(written)})`, "u");
  }

  encode(text: string): number[] {
    return this.pieces(text).flatMap(piece => this.#piece(piece));
  }

  /** Each but the first begins with a special token. */
  pieces(text: string): readonly string[] {
    return this.#special === null ? [text] : text.split(this.#special);
  }

  #piece(text: string): readonly number[] {
    const kept = this.#kept.get(text);
    if (kept !== undefined) return kept;
    const ids = this.#encode(text);
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(text, ids);
    return ids;
  }
}
