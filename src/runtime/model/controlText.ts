// Special tokens written in data: text like any other, unless a person wants them as what they control.
import type { AddedToken } from "./checkedTokenizer.ts";

/** Splits a special token in data until its text is encoded: no text has this character. */
const split = "\ufdd0";

export class ControlText {
  readonly #tokens: RegExp | null;

  constructor(added: readonly AddedToken[]) {
    const special = added.filter(token => token.special).map(({ content }) => content);
    this.#tokens = special.length === 0 ? null : new RegExp(anyOf(special), "gu");
  }

  /** Those of the special tokens that stand in a text. */
  in(text: string): readonly string[] {
    return this.#tokens === null ? [] : (text.match(this.#tokens) ?? []);
  }

  /** The text with its special tokens split; `undo` takes that back. */
  apart(text: string): string {
    if (this.#tokens === null) return text;
    return text.replace(this.#tokens, token => {
      const [first = ""] = token;
      return `${first}${split}${token.slice(first.length)}`;
    });
  }

  isApart(text: string): boolean {
    return text.includes(split);
  }

  undo(text: string): string {
    return text.replaceAll(split, "");
  }
}

/** A pattern of any of these texts, longer ones first. */
export function anyOf(texts: readonly string[]): string {
  return [...texts]
    .sort((a, b) => b.length - a.length)
    .map(text => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&"))
    .join("|");
}
