// Finds the first token in a text that ends a turn.

/** Returns the text up to the end of a token in it; empty if it does not contain the token. */
export function upTo(token: string | null, text: string): string {
  return token === null ? "" : text.slice(0, text.indexOf(token) + token.length);
}

/** Returns the candidate that occurs first in the text; at the same position, the longest. */
export function firstOf(candidates: readonly string[], text: string): string | null {
  let found: { readonly at: number; readonly end: string } | null = null;
  for (const end of candidates) {
    const at = text.indexOf(end);
    if (at >= 0 && (found === null || at < found.at || (at === found.at && end.length > found.end.length)))
      found = { at, end };
  }
  return found?.end ?? null;
}
