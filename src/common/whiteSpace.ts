// White space as defined by Python's str.split(), which the metrics that we reproduce use.

/**
 * Matches a run of white space. Unlike `\s`, it includes the four information separators and the next-line
 * character, but not the byte order mark.
 */
export const whiteSpaceRun =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what Python splits at
  /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

const highest = 0x3000;
const isSpace = new Uint8Array(highest + 1);
for (let unit = 0; unit <= highest; unit++)
  if (whiteSpaceRun.test(String.fromCharCode(unit))) isSpace[unit] = 1;

/** @param unit UTF-16 code unit; every white space character is a single one */
export function isWhiteSpace(unit: number): boolean {
  return isSpace[unit] === 1;
}
