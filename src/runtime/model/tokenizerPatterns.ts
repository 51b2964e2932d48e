// Refuses tokenizer.json files whose patterns could take forever on some text, before any text meets them.
import { HumanError } from "../../common/errors.ts";
import { isJsonObject, type JsonObject } from "./jsonFile.ts";

/** Parts of tokenizer.json that hold patterns; the vocabulary is large and holds none. */
const partsWithPatterns = ["normalizer", "pre_tokenizer", "post_processor", "decoder"];
/** Real ones have up to a few hundred characters. */
const maxPatternLength = 10_000;
/** Repetitions up to this many count as bounded. */
const maxBoundedRepeats = 16;

/** End of the character class that begins at `from`; classes may hold others. */
function endOfClass(pattern: string, from: number): number {
  let depth = 0;
  for (let i = from; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "\\") i++;
    else if (char === "[") depth++;
    else if (char === "]" && --depth === 0) return i;
  }
  return pattern.length;
}

/** Whether what stands at `at` repeats what came before it without a small bound, and how long it is. */
function repetitionAt(pattern: string, at: number): { readonly unbounded: boolean; readonly length: number } {
  const char = pattern[at];
  if (char === "*" || char === "+") return { unbounded: true, length: 1 };
  const [braces, most] = /^\{\d*(?:,(\d*))?\}/.exec(pattern.slice(at, at + 24)) ?? [];
  if (braces === undefined) return { unbounded: false, length: 0 };
  const bound = most === undefined ? Number(braces.slice(1, -1)) : most === "" ? Infinity : Number(most);
  return { unbounded: bound > maxBoundedRepeats, length: braces.length };
}

/**
 * A repetition within a repetition, such as `(a+)+`, takes time exponential in the length of a text that almost
 * matches. Patterns of real tokenizers have none.
 */
export function repeatsRepetition(pattern: string): boolean {
  // For each open group: whether it holds an unbounded repetition.
  const groups: boolean[] = [false];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    let inner = false;
    if (char === "\\") i++;
    else if (char === "[") i = endOfClass(pattern, i);
    else if (char === "(") {
      groups.push(false);
      continue;
    } else if (char === ")") inner = groups.length > 1 && groups.pop() === true;
    const { unbounded, length } = repetitionAt(pattern, i + 1);
    if (unbounded && inner) return true;
    if (unbounded || inner) groups[groups.length - 1] = true;
    i += length;
  }
  return false;
}

function isPattern(value: unknown): boolean {
  return isJsonObject(value) && (typeof value.Regex === "string" || typeof value.String === "string");
}

function checkPart(path: string, part: JsonObject): void {
  const { Regex: pattern, type, length } = part;
  const remedy = "Use the tokenizer.json that the model was published with.";
  if ("pattern" in part && !isPattern(part.pattern))
    throw new HumanError(`The tokenizer of ${path} has a pattern that is neither a Regex nor a String.`, {
      remedy,
    });
  if (typeof pattern === "string" && (pattern.length > maxPatternLength || repeatsRepetition(pattern)))
    throw new HumanError(
      `The tokenizer of ${path} has a pattern that could take forever: ${pattern.slice(0, 100)}`,
      { remedy },
    );
  if (type === "FixedLength" && !(typeof length === "number" && length >= 1))
    throw new HumanError(`The tokenizer of ${path} cuts text into parts of length ${String(length)}.`, {
      remedy,
    });
}

/** @param tokenizer As tokenizer.json. */
export function checkTokenizerPatterns(path: string, tokenizer: JsonObject): void {
  const waiting: unknown[] = partsWithPatterns.map(part => tokenizer[part]);
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (Array.isArray(part)) for (const item of part) waiting.push(item);
    if (!isJsonObject(part)) continue;
    checkPart(path, part);
    for (const value of Object.values(part)) waiting.push(value);
  }
}
