// Punctuation of all scripts: quotation marks, commas, brackets, and Han numerals.

/** Commas of all scripts that have one of their own (Unicode names with COMMA, and the CJK enumeration mark). */
export const commas =
  /[,\u055d\u060c\u07f8\u1363\u1802\u1808\u2e32\u2e34\u2e41\u2e49\u3001\ufe10\ufe11\ufe50\ufe51\uff0c\uff64\u{16e97}]/u;

/** Opening double quotation marks, each with the marks that close it in some language. */
const closings: Readonly<Record<string, string>> = {
  '"': '"',
  "\u201c": "\u201d\u201c", // English, Chinese, Hindi …
  "\u201d": "\u201d", // Finnish, Swedish, Hebrew
  "\u201e": "\u201c\u201d", // Czech, Estonian, German, Hebrew
  "\u201f": "\u201d",
  "\u00ab": "\u00bb", // Russian, Italian, Spanish, Arabic
  "\u00bb": "\u00ab\u00bb", // Danish; Finnish print
  "\u05f4": "\u05f4", // gershayim, typed for quotes in Hebrew
  "\u300c": "\u300d", // Chinese, Japanese
  "\u300e": "\u300f",
  "\u301d": "\u301e\u301f",
  "\uff02": "\uff02",
};

/** Returns true if the text begins and ends with matching double quotation marks. */
export function isQuoted(text: string): boolean {
  const trimmed = text.trim();
  const last = trimmed.at(-1);
  if (trimmed.length < 2 || last === undefined) return false;
  return closings[trimmed.charAt(0)]?.includes(last) === true;
}

const anyQuote = new RegExp(`[${Object.entries(closings).flat().join("")}]`, "u");

/** Removes double quotation marks from both ends of the text. */
export function withoutQuotes(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && anyQuote.test(text.charAt(from))) from++;
  while (to > from && anyQuote.test(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/** Placeholders such as `[address]`, and square brackets of East Asian text. */
export const placeholders =
  /\[[^[\]\n\r]*\]|\uff3b[^\uff3b\uff3d\n\r]*\uff3d|\u3010[^\u3010\u3011\n\r]*\u3011|\u3014[^\u3014\u3015\n\r]*\u3015/gu;

/** Pattern of a number in digits of any script, or in Han numerals. */
export const number = "(?:\\p{Nd}+|[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e]+)";

/** Pattern of the last character of a number. */
export const digit = "[\\p{Nd}\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e]";
