// Which of the tokens that end turns comes first in a text.

/** The text to the end of a token in it; nothing without one. */
export function upTo(token: string | null, text: string): string {
  return token === null ? "" : text.slice(0, text.indexOf(token) + token.length);
}

/** That which comes first in the text, of equal places the longest. */
export function firstOf(candidates: readonly string[], text: string): string | null {
  let found: { readonly at: number; readonly end: string } | null = null;
  for (const end of candidates) {
    const at = text.indexOf(end);
    if (at >= 0 && (found === null || at < found.at || (at === found.at && end.length > found.end.length)))
      found = { at, end };
  }
  return found?.end ?? null;
}
