// Encodes text in the pieces between special tokens, so that repeated pieces are encoded only once.
import type { AddedToken } from "../tokenization/addedTokens.ts";
import { anyOf } from "./controlText.ts";

/**
 * Maximum number of cached pieces: all prompts of a batch share some, and each prompt shares its own with its
 * response.
 */
const maxKept = 4096;

/**
 * Encodes like a tokenizer, which looks for special tokens first and encodes the text between them
 * separately. Callers must compare it with `encode` once: a tokenizer that strips white space around a token,
 * or looks past it, differs.
 */
export class SegmentedEncoder {
  readonly #encode: (text: string) => readonly number[];
  readonly #special: RegExp | null;
  readonly #kept = new Map<string, readonly number[]>();

  constructor(encode: (text: string) => readonly number[], special: readonly Pick<AddedToken, "content">[]) {
    this.#encode = encode;
    const written = special.map(({ content }) => content);
    this.#special = written.length === 0 ? null : new RegExp(`(?=${anyOf(written)})`, "u");
  }

  encode(text: string): number[] {
    return this.pieces(text).flatMap(piece => this.#piece(piece));
  }

  /** Pieces of a text; all but the first begin with a special token. */
  pieces(text: string): readonly string[] {
    return this.#special === null ? [text] : text.split(this.#special);
  }

  #piece(text: string): readonly number[] {
    const kept = this.#kept.get(text);
    if (kept !== undefined) return kept;
    const ids = this.#encode(text);
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(text, ids);
    return ids;
  }
}
