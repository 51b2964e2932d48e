// Languages and amounts as the language features write them.
import { displayName, ownName } from "../language/tags.ts";
import type { KnownLanguage } from "./known.ts";

/** Keeps text of any direction from turning what stands around it (Unicode's first strong isolate). */
function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}

/** `suomi · Finnish`; one name where both are the same. */
export function namesOf(tag: string): string {
  const own = ownName(tag);
  const english = displayName(tag);
  return own.toLowerCase() === english.toLowerCase() ? english : `${isolated(own)} · ${english}`;
}

export function amount(value: number): string {
  return value.toLocaleString("en");
}

/** `1 example`, `600 examples`. */
export function examples(count: number): string {
  return `${amount(count)} ${count === 1 ? "example" : "examples"}`;
}

/** Tokens of so many examples, to two figures: they are counted on a sample. */
export function roughTokens(known: KnownLanguage | undefined, count: number): number | null {
  if (!known?.tokens) return null;
  return Number((known.tokens.perExample * count).toPrecision(2));
}

/** null where nothing was counted. */
export function charactersPerToken({ tokens, rows, characters }: KnownLanguage): number | null {
  if (tokens === null || rows === 0 || tokens.perExample <= 0) return null;
  return characters / rows / tokens.perExample;
}
