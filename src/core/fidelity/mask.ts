// Blanks out the parts of a response that are in no language: code, addresses, paths, markup tags, numbers.

import { blank } from "./blank.ts";
import { scoredPart } from "./scoredPart.ts";

// Code fences, each as a whole; an unclosed fence extends to the end.
const fenced = /(?:```|~~~)[\s\S]*?(?:```|~~~|$)/gu;
const inLine =
  /`[^`\n]+`|<\/?[A-Za-z][^<>\n]*>|\b(?:https?|ftp|file):\/\/\S+|\bwww\.\S+|\bmailto:\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|(?<![A-Za-z0-9-]|[A-Za-z0-9-]\.)(?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|info|json|html?|js|ts|py|md|txt|csv|png|jpg|pdf)\b(?:\/\S*)?|(?<!\S)(?:\.{0,2}\/|[A-Za-z]:\\)[\w.-]+(?:[\\/][\w.-]+)+|\\[A-Za-z]+|[@#][A-Za-z_]\w*|\b[\d_]*[A-Za-z][A-Za-z\d]*_\w+|\b\w+\(\)|\b(?:[A-Za-z]+\d|\d+[A-Za-z])[A-Za-z0-9]*\b/gu;
// Everything that is blanked contains one of these; most responses contain none and are scanned only once.
const anySign = /[`~<@\\/#_]|\(\)|[A-Za-z]\d|\d[A-Za-z]|[A-Za-z\d]\.[a-z]|mailto:/u;

/**
 * Returns the judged part of a text with spaces in place of what is masked, so that offsets stay the same.
 */
export function maskNonLanguage(text: string): string {
  const judged = scoredPart(text);
  if (!anySign.test(judged)) return judged;
  return judged.replace(fenced, blank).replace(inLine, blank);
}
