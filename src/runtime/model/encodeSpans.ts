// Where the parts of a text stand among its tokens.
import type { Span } from "./chatRenderer.ts";

/** What is needed of a tokenizer. */
export interface SpanTokenizer {
  encode(text: string): readonly number[];
  /** Special tokens are left out, and what is no whole character shows as U+FFFD. */
  decode(ids: readonly number[]): string;
}

/**
 * Tokens of a text, and the parts of it among them. A token that reaches over the beginning or the end of a part belongs
 * to it, as in transformers' masks of assistant tokens.
 * @param spans In UTF-16 units, ascending.
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
  /** Tokens that end before the cut, or at it. */
  readonly before: number;
  /** Whether the next one begins before it. */
  readonly crossed: boolean;
}

const unfinished = /\ufffd+$/;

/** @param head The tokens of the text before the cut alone: other ones, where a token crosses it. */
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
