// Classes of characters as the Rust library defines them, which differ from JavaScript's.

/** `char::is_whitespace`; JavaScript's `\s` has U+FEFF too, and lacks U+0085. */
const space = "\\p{White_Space}";
/** `\w` of the library's patterns that come with it. */
const wordCharacters = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}";
/** Unicode's punctuation, and everything in ASCII that is neither a letter nor a digit nor a control. */
const punctuation = "\\p{P}!-\\/:-@\\[-`\\{-~";

export const oneSpace = new RegExp(space, "gu");
export const leadingSpace = new RegExp(`^${space}+`, "u");
export const oneDigit = /\p{N}/gu;
export const onePunctuationMark = new RegExp(`[${punctuation}]`, "gu");
export const wordsOrMarks = new RegExp(`[${wordCharacters}]+|[^${wordCharacters}${space}]+`, "gu");
export const oneSpaceAtStart = new RegExp(`^${space}`, "u");

const word = new RegExp(`[${wordCharacters}]`, "u");
const white = new RegExp(space, "u");

/** Character that begins at a position; empty at the end. */
function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}

function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return text.slice(at - (low >= 0xdc00 && low <= 0xdfff ? 2 : 1), at);
}

export function isWithinWord(text: string, from: number, to: number): boolean {
  return (from > 0 && word.test(characterBefore(text, from))) || word.test(characterAt(text, to));
}

/** Position at which the white space that ends at `end` begins. */
export function startOfSpace(text: string, end: number): number {
  let at = end;
  // All white space is in the basic plane.
  while (at > 0 && white.test(text.charAt(at - 1))) at--;
  return at;
}

export function endOfSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && white.test(text.charAt(at))) at++;
  return at;
}

/** Lower case by character, without the rule for a sigma at the end of a word. */
export function lowerCase(text: string): string {
  return text.includes("Σ")
    ? text
        .split("Σ")
        .map(part => part.toLowerCase())
        .join("σ")
    : text.toLowerCase();
}
