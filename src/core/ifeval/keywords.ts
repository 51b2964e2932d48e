// Looks for keywords, forbidden words and letters, with folding; inflected forms are noted, not guessed.
import { foldText } from "../language/foldText.ts";
import { primarySubtag } from "./scripts.ts";
import { wordsOf } from "./segment.ts";

// Points that Arabic and Hebrew may be written with or without.
const optionalPoints = /[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0652\u0670]/gu;

/** Case, width, quotes, tatweel and optional vowel points make no difference. */
export function foldKeyword(text: string): string {
  return foldText(text).replace(optionalPoints, "");
}

/** `dům|domu|domem`: forms of one word, any of which counts (the reference reads a keyword as a pattern). */
function formsOf(keyword: string): string[] {
  return keyword
    .split("|")
    .map(form => foldKeyword(form.trim()))
    .filter(form => form !== "");
}

/** Anywhere in the text, also inside a longer word, as in the reference. */
export function hasKeyword(text: string, keyword: string): boolean {
  const folded = foldKeyword(text);
  return formsOf(keyword).some(form => folded.includes(form));
}

/** Places where some form of the keyword begins; they don't overlap. */
export function countKeyword(text: string, keyword: string): number {
  // The longest first, so that "domem" isn't taken for "dom" and the rest.
  const forms = formsOf(keyword).sort((a, b) => b.length - a.length);
  if (forms.length === 0) return 0;
  return foldKeyword(text).match(new RegExp(forms.map(escaped).join("|"), "gu"))?.length ?? 0;
}

// Written without spaces: there any occurrence counts, because no mark tells where a word ends.
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;

/** As a whole word, where the script has words. */
export function hasForbidden(text: string, word: string): boolean {
  const folded = foldKeyword(text);
  return formsOf(word).some(form => {
    const before = spaceless.test(form.charAt(0)) ? "" : "(?<![\\p{L}\\p{M}\\p{N}_])";
    const after = spaceless.test(form.charAt(form.length - 1)) ? "" : "(?![\\p{L}\\p{M}\\p{N}_])";
    return new RegExp(before + escaped(form) + after, "u").test(folded);
  });
}

/** Occurrences of a letter or another character, capital or small. */
export function countLetter(text: string, letter: string): number {
  const wanted = letter.normalize("NFC").toLowerCase();
  return text.normalize("NFC").toLowerCase().split(wanted).length - 1;
}

/** Languages whose words take no or few endings: there a similar word is another word. */
const uninflected: ReadonlySet<string> = new Set("en zh ja ko vi th lo km id ms".split(" "));
/** Letters that two forms of a word share at their start, at least, and as a part of the keyword. */
const minSharedLetters = 3;
const minSharedPart = 0.8;

/**
 * A word of the response that looks like another form of the keyword. The check goes by what is written; a
 * person who sees this can add the form to the keyword with `|`.
 */
export function inflectedForm(text: string, keyword: string, language: string): string | null {
  if (uninflected.has(primarySubtag(language))) return null;
  const forms = formsOf(keyword);
  for (const word of wordsOf(text, language)) {
    const folded = foldKeyword(word);
    if (forms.includes(folded)) continue;
    for (const form of forms) {
      const shared = sharedStart(form, folded);
      const longEnough = shared >= minSharedLetters && shared >= minSharedPart * form.length;
      if (longEnough && folded.length <= 2 * form.length) return word;
    }
  }
  return null;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&");
}
