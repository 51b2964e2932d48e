// Special tokens written in data: text like any other, unless a person wants them as what they control.
import type { AddedToken } from "./checkedTokenizer.ts";

/** Around the number of a special token that stands for it in data until its text is encoded: no text has this one. */
const mark = "\ufdd0";
const marked = new RegExp(`${mark}(\\d+)${mark}`, "gu");

export class ControlText {
  readonly #special: readonly string[];
  readonly #tokens: RegExp | null;

  constructor(added: readonly AddedToken[]) {
    this.#special = added.filter(token => token.special).map(({ content }) => content);
    this.#tokens = this.#special.length === 0 ? null : new RegExp(anyOf(this.#special), "gu");
  }

  /** Those of the special tokens that stand in a text. */
  in(text: string): readonly string[] {
    return this.#tokens === null ? [] : (text.match(this.#tokens) ?? []);
  }

  /** The text with its special tokens out of any tokenizer's sight; `undo` takes that back. */
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

/** A pattern of any of these texts, longer ones first. */
export function anyOf(texts: readonly string[]): string {
  return [...texts]
    .sort((a, b) => b.length - a.length)
    .map(text => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&"))
    .join("|");
}
