// Maps parts of a text to ranges of its tokens.
import type { Span } from "./chatRenderer.ts";

/** Subset of the tokenizer needed here. */
export interface SpanTokenizer {
  encode(text: string): readonly number[];
  /** Decodes tokens except special ones; an incomplete character becomes U+FFFD. */
  decode(ids: readonly number[]): string;
}

/**
 * Encodes a text and returns the token ranges of its parts. A token that crosses the beginning or end of a
 * part counts as part of it, as in transformers' masks of assistant tokens.
 * @param spans Parts in UTF-16 units, ascending.
 */
export function encodeSpans(
  text: string,
  spans: readonly Span[],
  tokenizer: SpanTokenizer,
): { readonly ids: readonly number[]; readonly places: readonly Span[] } {
  const ids = tokenizer.encode(text);
  const placeOf = (cut: number): Place =>
    cut >= text.length
      ? { before: ids.length, crossed: false }
      : placeAmong(ids, tokenizer.encode(text.slice(0, cut)), tokenizer);
  const places = spans.map(([from, to]): Span => {
    const end = placeOf(to);
    return [placeOf(from).before, end.crossed ? end.before + 1 : end.before];
  });
  return { ids, places };
}

interface Place {
  /** Number of tokens that end at or before the cut. */
  readonly before: number;
  /** True if the next token begins before the cut. */
  readonly crossed: boolean;
}

const unfinished = /\ufffd+$/;

/**
 * @param head Tokens of the text before the cut, encoded separately. They differ if a token crosses the cut.
 */
function placeAmong(ids: readonly number[], head: readonly number[], { decode }: SpanTokenizer): Place {
  const common = head.findIndex((id, at) => ids[at] !== id);
  if (common < 0) return { before: head.length, crossed: false };
  const length = decode(head.slice(0, common)).replace(unfinished, "").length;
  const wanted = decode(head).length - length;
  let before = common;
  for (let reached = 0; before < ids.length; before++) {
    const shown = decode(ids.slice(0, before + 1));
    const whole = shown.replace(unfinished, "");
    const ends = whole.length - length;
    if (ends > wanted || (ends === wanted && whole !== shown)) return { before, crossed: reached < wanted };
    reached = ends;
  }
  return { before, crossed: false };
}
