// Formats languages and amounts for language features.
import { displayName, ownName } from "../language/tags.ts";
import type { KnownLanguage } from "./known.ts";

/**
 * Isolates text of any direction, so that it does not reorder the surrounding text (U+2068 FIRST STRONG
 * ISOLATE).
 */
function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

/** Names a language, as in `suomi · Finnish`, or by a single name where both are the same. */
export function namesOf(tag: string): string {
  const own = ownName(tag);
  const english = displayName(tag);
  return own.toLowerCase() === english.toLowerCase() ? english : `${isolated(own)} · ${english}`;
}

export function amount(value: number): string {
  return value.toLocaleString("en");
}

/** Counts examples in words: `1 example`, `600 examples`. */
export function examples(count: number): string {
  return `${amount(count)} ${count === 1 ? "example" : "examples"}`;
}

/** Estimated tokens of `count` examples, to two significant digits since they come from a sample. */
export function roughTokens(known: KnownLanguage | undefined, count: number): number | null {
  if (!known?.tokens) return null;
  return Number((known.tokens.perExample * count).toPrecision(2));
}

/** Returns null when no tokens were counted. */
export function charactersPerToken({ tokens, rows, characters }: KnownLanguage): number | null {
  if (tokens === null || rows === 0 || tokens.perExample <= 0) return null;
  return characters / rows / tokens.perExample;
}
