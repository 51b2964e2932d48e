// Tokens that are recognised literally in a text, before it is split into words.
import { isObject, type JsonObject } from "../../common/json.ts";
import { endOfSpace, isWithinWord, startOfSpace } from "./characters.ts";
import type { Normalizer } from "./normalizers.ts";
import type { Piece } from "./piece.ts";

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Recognised only where no letter or digit is next to it. */
  readonly singleWord: boolean;
  /** Takes the white space before it along, or that after it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Recognised after normalization. */
  readonly normalized: boolean;
}

export function addedTokensOf(tokenizer: JsonObject): readonly AddedToken[] {
  const { added_tokens: listed = [] } = tokenizer;
  if (!Array.isArray(listed)) throw new Error("added_tokens is not a list");
  return listed.map((token: unknown) => {
    if (!isObject(token) || typeof token.content !== "string" || !Number.isSafeInteger(token.id))
      throw new Error(`the added token ${JSON.stringify(token)} has no content or no id`);
    const special = token.special === true;
    return {
      id: Number(token.id),
      content: token.content,
      special,
      singleWord: token.single_word === true,
      lstrip: token.lstrip === true,
      rstrip: token.rstrip === true,
      normalized: typeof token.normalized === "boolean" ? token.normalized : !special,
    };
  });
}

interface Node {
  readonly next: Map<number, Node>;
  token: AddedToken | null;
}

const newNode = (): Node => ({ next: new Map(), token: null });

/** Finds tokens in a text: from left to right, and of those that begin at one place the longest. */
export class TokenFinder {
  readonly #root = newNode();

  /** @param written As which text a token is recognised. */
  constructor(tokens: readonly AddedToken[], written: (token: AddedToken) => string) {
    for (const token of tokens) {
      let node = this.#root;
      const text = written(token);
      for (let at = 0; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        const child = node.next.get(unit) ?? newNode();
        node.next.set(unit, child);
        node = child;
      }
      node.token = token;
    }
    // An empty token would be found everywhere.
    this.#root.token = null;
  }

  #longestAt(text: string, from: number): { readonly token: AddedToken; readonly to: number } | null {
    let node: Node | undefined = this.#root;
    let found: { readonly token: AddedToken; readonly to: number } | null = null;
    for (let at = from; at < text.length; at++) {
      node = node.next.get(text.charCodeAt(at));
      if (node === undefined) break;
      if (node.token !== null) found = { token: node.token, to: at + 1 };
    }
    return found;
  }

  /** Divides a text into tokens and the pieces between them. */
  split({ text, isFirst }: Piece, ignores: (token: AddedToken) => boolean): (AddedToken | Piece)[] {
    const parts: (AddedToken | Piece)[] = [];
    let end = 0;
    const keepUpTo = (to: number): void => {
      if (to > end) parts.push({ text: text.slice(end, to), isFirst: isFirst && end === 0 });
    };
    for (let at = 0; at < text.length; ) {
      const found = this.#longestAt(text, at);
      if (found === null) {
        at++;
        continue;
      }
      const { token, to } = found;
      const from = at;
      at = to;
      if (ignores(token) || (token.singleWord && isWithinWord(text, from, to))) continue;
      keepUpTo(token.lstrip ? Math.max(startOfSpace(text, from), end) : from);
      parts.push(token);
      end = token.rstrip ? endOfSpace(text, to) : to;
    }
    keepUpTo(text.length);
    return parts;
  }
}

export function finders(
  tokens: readonly AddedToken[],
  normalizer: Normalizer,
): readonly [asWritten: TokenFinder, normalized: TokenFinder] {
  const asNormalized = ({ content }: AddedToken): string => normalizer({ text: content, isFirst: true }).text;
  return [
    new TokenFinder(
      tokens.filter(token => !token.normalized),
      ({ content }) => content,
    ),
    new TokenFinder(
      tokens.filter(token => token.normalized),
      asNormalized,
    ),
  ];
}
