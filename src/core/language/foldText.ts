// Normalises texts for comparison in any script.

const doubleQuotes =
  /[\u201c-\u201f\u00ab\u00bb\u2033\u2036\u301d-\u301f\uff02\u05f4\u300c-\u300f\u300a\u300b]/gu;
const apostrophes =
  /[\u2018-\u201b\u2032\u2035\u2039\u203a\u02bb\u02bc\u02b9\u0060\u00b4\u05f3\uff07\ua78c]/gu;
// Invisible characters: bidi marks, joiners, soft hyphen, variation selectors, byte order mark.
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
const tatweel = /\u0640/gu;

// Sentence punctuation: Latin, Greek, Arabic, Urdu, Devanagari, CJK, Ethiopic, Armenian, Khmer, Tibetan.
const sentenceMarks =
  ".!?,;:\u2026\u00a1\u00bf\u00b7\u061f\u060c\u061b\u06d4\u0964\u0965\u3002\u3001\uff61\u1362\u1367\u0589\u17d4\u0f0d\"'";
// A leading period or comma before a digit belongs to a number (".5").
const leading = new RegExp(`^(?:(?![.,]\\p{Nd})[${sentenceMarks}]|\\s)+`, "u");
const trailing: ReadonlySet<string> = new Set(sentenceMarks);

/**
 * Unifies characters: quotes, NFKC, case; removes tatweel and invisible characters. Line
 * breaks and spaces are kept.
 */
export function foldText(text: string): string {
  // Quotes first, since NFKC would decompose some of them.
  const unified = text.replace(doubleQuotes, '"').replace(apostrophes, "'").normalize("NFKC");
  const folded = unified
    .toLowerCase()
    .replace(/\u00df/gu, "ss")
    .replace(/\u03c2/gu, "\u03c3");
  return folded.replace(ignorable, "").replace(tatweel, "").normalize("NFKC");
}

/** Removes white space and sentence punctuation, including quotes, at both ends of folded text. */
export function trimMarks(folded: string): string {
  const begun = folded.replace(leading, "");
  // Scans from the end: a pattern would restart at every mark inside.
  let end = begun.length;
  while (end > 0 && (trailing.has(begun.charAt(end - 1)) || begun.charAt(end - 1).trim() === "")) end--;
  return begun.slice(0, end);
}

/**
 * Normalises a text: NFKC, case folding, collapsed white space, unified quotes and apostrophes; without
 * Arabic tatweel, invisible characters, and sentence punctuation at both ends.
 */
export function normaliseText(text: string): string {
  return trimMarks(foldText(text).replace(/\s+/gu, " "));
}
