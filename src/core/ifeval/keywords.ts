// Finds keywords, forbidden words and letters in folded text; inflected forms are reported, not counted.
import { escapeRegExp } from "../../common/regExp.ts";
import { foldText } from "../language/foldText.ts";
import { spaceless } from "../language/scripts.ts";
import { wordsOf } from "./segment.ts";
import { primarySubtag } from "./writingSystem.ts";

// Optional vowel points of Arabic and Hebrew.
const optionalPoints = /[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0652\u0670]/gu;

/** Folds differences of case, width, quotes, tatweel and optional vowel points. */
export function foldKeyword(text: string): string {
  return foldText(text).replace(optionalPoints, "");
}

/**
 * Splits a keyword such as `dům|domu|domem` into forms, any of which counts (the reference implementation
 * reads a keyword as a pattern).
 */
function formsOf(keyword: string): string[] {
  return keyword
    .split("|")
    .map(form => foldKeyword(form.trim()))
    .filter(form => form !== "");
}

/**
 * Returns true if the keyword occurs anywhere, also inside a longer word, as in the reference implementation.
 */
export function hasKeyword(text: string, keyword: string): boolean {
  const folded = foldKeyword(text);
  return formsOf(keyword).some(form => folded.includes(form));
}

/** Counts non-overlapping occurrences of any form of the keyword. */
export function countKeyword(text: string, keyword: string): number {
  // Longest first, so that "domem" isn't matched as "dom" and a rest.
  const forms = formsOf(keyword).sort((a, b) => b.length - a.length);
  if (forms.length === 0) return 0;
  return foldKeyword(text).match(new RegExp(forms.map(escapeRegExp).join("|"), "gu"))?.length ?? 0;
}

/** Returns true if the word occurs, as a whole word in scripts that separate words. */
export function hasForbidden(text: string, word: string): boolean {
  const folded = foldKeyword(text);
  return formsOf(word).some(form => {
    // Any occurrence counts in scripts without spaces, because nothing marks the end of a word.
    const before = spaceless.test(form.charAt(0)) ? "" : "(?<![\\p{L}\\p{M}\\p{N}_])";
    const after = spaceless.test(form.charAt(form.length - 1)) ? "" : "(?![\\p{L}\\p{M}\\p{N}_])";
    return new RegExp(before + escapeRegExp(form) + after, "u").test(folded);
  });
}

/** Counts a letter or another character, in upper or lower case. */
export function countLetter(text: string, letter: string): number {
  const wanted = letter.normalize("NFC").toLowerCase();
  return text.normalize("NFC").toLowerCase().split(wanted).length - 1;
}

/** Languages with few or no word endings, where a similar word is a different word. */
const uninflected: ReadonlySet<string> = new Set("en zh ja ko vi th lo km id ms".split(" "));
/** Minimum shared prefix of two forms of a word, in letters and as a share of the keyword. */
const minSharedLetters = 3;
const minSharedPart = 0.8;

/**
 * Returns a word of the response that may be another form of the keyword; null if there is none. Only the
 * spelling is compared; users can then add the form to the keyword with `|`.
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
