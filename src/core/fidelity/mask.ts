// Blanks out of a response what is in no language: code, addresses, paths, tags of markup, numbers.

import { blank } from "./blank.ts";
import { judgedPart } from "./judgedPart.ts";

// Each as a whole; an unclosed fence runs to the end.
const fenced = /(?:```|~~~)[\s\S]*?(?:```|~~~|$)/gu;
const inLine =
  /`[^`\n]+`|<\/?[A-Za-z][^<>\n]*>|\b(?:https?|ftp|file):\/\/\S+|\bwww\.\S+|\bmailto:\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|(?<![A-Za-z0-9-]|[A-Za-z0-9-]\.)(?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|info|json|html?|js|ts|py|md|txt|csv|png|jpg|pdf)\b(?:\/\S*)?|(?<!\S)(?:\.{0,2}\/|[A-Za-z]:\\)[\w.-]+(?:[\\/][\w.-]+)+|\\[A-Za-z]+|[@#][A-Za-z_]\w*|\b[\d_]*[A-Za-z][A-Za-z\d]*_\w+|\b\w+\(\)|\b(?:[A-Za-z]+\d|\d+[A-Za-z])[A-Za-z0-9]*\b/gu;
// One of these is in everything that is blanked: most responses are looked at once.
const anySign = /[`~<@\\/#_]|\(\)|[A-Za-z]\d|\d[A-Za-z]|[A-Za-z\d]\.[a-z]|mailto:/u;

/** The text as far as it is judged, with spaces in these places: every offset stays. */
export function maskNonLanguage(text: string): string {
  const judged = judgedPart(text);
  if (!anySign.test(judged)) return judged;
  return judged.replace(fenced, blank).replace(inLine, blank);
}
