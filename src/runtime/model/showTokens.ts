// Converts token ids to readable pieces of text, joining tokens that form a single character.
import type { PreviewedToken } from "../../protocol/examplePreview.ts";
import type { AddedToken } from "../tokenization/addedTokens.ts";

/** Subset of the tokenizer needed here. */
export interface TokenReader {
  /** Decodes tokens, except special ones. */
  decode(ids: readonly number[]): string;
  encode(text: string): readonly number[];
  addedTokens(): readonly AddedToken[];
}

/**
 * Maximum tokens per piece: at worst each UTF-8 byte of a character is a token, with a few more for joining
 * marks.
 */
const maxPieces = 8;
const unfinished = "\ufffd";
/** Text before the first word, removed afterwards: decoders drop a space at the very beginning. */
const anchorText = "a";

/** @param hasLoss Reports whether the token at an index carries the loss. */
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
    // A piece never crosses the loss boundary or a special token.
    const most = ids
      .slice(at, at + maxPieces)
      .findIndex((next, i) => added.has(next) || hasLoss(at + i) !== loss);
    const end = most < 0 ? Math.min(ids.length, at + maxPieces) : at + most;
    let next = at + 1;
    let text = textAfter(before, ids.slice(at, next), tokenizer);
    while (text.includes(unfinished) && next < end) {
      next++;
      text = textAfter(before, ids.slice(at, next), tokenizer);
    }
    if (text.includes(unfinished)) {
      // Not a complete character: each token is shown by itself.
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
