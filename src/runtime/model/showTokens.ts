// Token ids as pieces of text that a person can read, put together where a character is cut into several tokens.
import type { PreviewedToken } from "../../protocol/preview.ts";
import type { AddedToken } from "./checkedTokenizer.ts";

/** What is needed of a tokenizer. */
export interface TokenReader {
  /** Special tokens are left out. */
  decode(ids: readonly number[]): string;
  encode(text: string): readonly number[];
  addedTokens(): readonly AddedToken[];
}

/** Bytes of a character in UTF-8, each a token of its own at worst; with a few for marks that join. */
const mostPieces = 8;
const unfinished = "\ufffd";
/** Decoders leave out the space before the first word: something stands before it, and is cut off again. */
const anchorText = "a";

/** @param hasLoss Of a token by its place. */
export function showTokens(
  ids: readonly number[],
  hasLoss: (place: number) => boolean,
  tokenizer: TokenReader,
): PreviewedToken[] {
  const added = new Map(tokenizer.addedTokens().map(token => [token.id, token]));
  const anchor = tokenizer.encode(anchorText);
  const shown: PreviewedToken[] = [];
  let before = anchor;
  for (let at = 0; at < ids.length; ) {
    const id = ids[at] ?? 0;
    const loss = hasLoss(at);
    const mark = added.get(id);
    if (mark !== undefined) {
      shown.push({ ids: [id], text: mark.content, special: mark.special, loss });
      before = anchor;
      at++;
      continue;
    }
    // No piece reaches over the boundary of the loss or over a mark.
    const most = ids
      .slice(at, at + mostPieces)
      .findIndex((next, i) => added.has(next) || hasLoss(at + i) !== loss);
    const end = most < 0 ? Math.min(ids.length, at + mostPieces) : at + most;
    let next = at + 1;
    let text = textAfter(before, ids.slice(at, next), tokenizer);
    while (text.includes(unfinished) && next < end) {
      next++;
      text = textAfter(before, ids.slice(at, next), tokenizer);
    }
    if (text.includes(unfinished)) {
      // Never a whole character: each stands for itself.
      next = at + 1;
      text = textAfter(before, ids.slice(at, next), tokenizer);
    }
    const piece = ids.slice(at, next);
    shown.push({ ids: piece, text, special: false, loss });
    before = piece;
    at = next;
  }
  return shown;
}

function textAfter(before: readonly number[], now: readonly number[], tokenizer: TokenReader): string {
  const start = tokenizer.decode(before);
  const both = tokenizer.decode([...before, ...now]);
  return both.startsWith(start) ? both.slice(start.length) : tokenizer.decode(now);
}
