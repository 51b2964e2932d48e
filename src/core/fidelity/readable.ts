// What of a response is read as language: without code, addresses, markup, keys of JSON, reasoning, and its own prompt.
import { maskNonLanguage } from "./mask.ts";

// What a model thinks before it answers; a block that never ends is all thinking.
const opening = /<(think|thinking|reasoning|scratchpad)>/iu;
// A key of JSON: a short string before a colon. Bounded, so that no text takes quadratic time.
const jsonKey = /"[^"\\\n]{1,80}"(?=\s{0,8}:)/gu;
const anyLetter = /\p{L}/u;

/**
 * The same text with spaces in place of what isn't read: every offset stays.
 * @param prompt is left out where the response repeats it and says something beside it
 */
export function readableText(response: string, prompt = ""): string {
  const masked = maskNonLanguage(withoutKeys(withoutReasoning(response)));
  const asked = prompt.trim();
  const at = asked === "" ? -1 : response.indexOf(asked);
  if (at === -1) return masked;
  const rest = masked.slice(0, at) + blank(asked) + masked.slice(at + asked.length);
  return anyLetter.test(rest) ? rest : masked;
}

function withoutReasoning(text: string): string {
  let left = text;
  for (let match = opening.exec(left); match !== null; match = opening.exec(left)) {
    const end = `</${match[1]}>`;
    const closed = left.toLowerCase().indexOf(end.toLowerCase(), match.index);
    const stop = closed === -1 ? left.length : closed + end.length;
    left = left.slice(0, match.index) + blank(left.slice(match.index, stop)) + left.slice(stop);
  }
  return left;
}

function withoutKeys(text: string): string {
  return text.includes('":') || text.includes('" :') ? text.replace(jsonKey, blank) : text;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
