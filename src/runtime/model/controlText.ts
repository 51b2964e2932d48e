// Handling of special tokens written in data: by default they are ordinary text, unless the user asks for
// them to take effect.
import { escapeRegExp } from "../../common/regExp.ts";
import type { AddedToken } from "../tokenization/addedTokens.ts";

/**
 * Delimits the index of a special token, which replaces the token in data until its text is encoded. A
 * noncharacter, which texts do not contain.
 */
const mark = "\ufdd0";
const marked = new RegExp(`${mark}(\\d+)${mark}`, "gu");

export class ControlText {
  readonly #special: readonly string[];
  readonly #tokens: RegExp | null;

  constructor(added: readonly AddedToken[]) {
    this.#special = added.filter(token => token.special).map(({ content }) => content);
    this.#tokens = this.#special.length === 0 ? null : new RegExp(anyOf(this.#special), "gu");
  }

  /** Returns the special tokens that occur in a text. */
  in(text: string): readonly string[] {
    return this.#tokens === null ? [] : (text.match(this.#tokens) ?? []);
  }

  /**
   * Replaces the special tokens in a text with placeholders, which no tokenizer recognises; `undo` restores
   * them.
   */
  apart(text: string): string {
    if (this.#tokens === null) return text;
    return text.replace(this.#tokens, token => `${mark}${this.#special.indexOf(token)}${mark}`);
  }

  isApart(text: string): boolean {
    return text.includes(mark);
  }

  undo(text: string): string {
    return text.replace(marked, (_, place: string) => this.#special[Number(place)] ?? "");
  }
}

/** Returns a pattern that matches any of these texts, longer ones first. */
export function anyOf(texts: readonly string[]): string {
  return [...texts]
    .sort((a, b) => b.length - a.length)
    .map(escapeRegExp)
    .join("|");
}
