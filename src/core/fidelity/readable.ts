// Extracts the readable language of a response: no code, addresses, markup, JSON keys,
// reasoning, or repeated prompt.

import { blank } from "./blank.ts";
import { maskNonLanguage } from "./mask.ts";
import { answerStart } from "./reasoning.ts";
import { scoredPart } from "./scoredPart.ts";

// Tags around a model's reasoning; an unclosed block extends to the end.
const reasoningTag = /<(\/?)(think|thinking|reasoning|scratchpad)>/giu;
// JSON key: a short string before a colon. Bounded, so that no text takes quadratic time.
const jsonKey = /"[^"\\\n]{1,80}"(?=\s{0,8}:)/gu;
const anyLetter = /\p{L}/u;

/**
 * Returns the judged part of a response with spaces in place of what isn't read, so that
 * offsets stay the same.
 * @param prompt is blanked as well if the response repeats it and contains other text
 */
export function readableText(whole: string, prompt = ""): string {
  const response = scoredPart(whole);
  const masked = maskNonLanguage(withoutKeys(withoutReasoning(response)));
  const asked = prompt.trim();
  const at = asked === "" ? -1 : response.indexOf(asked);
  if (at === -1) return masked;
  const rest = masked.slice(0, at) + blank(asked) + masked.slice(at + asked.length);
  return anyLetter.test(rest) ? rest : masked;
}

function withoutReasoning(text: string): string {
  const parts: string[] = [];
  let kept = 0; // everything before it is in `parts`
  let open: { readonly name: string; readonly start: number } | null = null;
  const begins = answerStart(text);
  const hide = (from: number, to: number): void => {
    parts.push(text.slice(kept, from), blank(text.slice(from, to)));
    kept = to;
  };
  if (begins > 0) hide(0, begins);
  for (const { 0: tag, 1: slash, 2: written = "", index } of text.matchAll(reasoningTag)) {
    if (index < begins) continue;
    const name = written.toLowerCase();
    if (slash === "") open ??= { name, start: index };
    else if (open?.name === name) {
      hide(open.start, index + tag.length);
      open = null;
    }
  }
  if (open !== null) hide(open.start, text.length);
  return parts.length === 0 ? text : parts.join("") + text.slice(kept);
}

function withoutKeys(text: string): string {
  return text.includes('":') || text.includes('" :') ? text.replace(jsonKey, blank) : text;
}
