// Texts within regular expressions.

/** Returns the source of a pattern, with or without the flag `u`, that matches a text literally. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
