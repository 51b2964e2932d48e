// Rejects tokenizer.json files with patterns that could take forever on some text.
import { HumanError } from "../../common/errors.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { mayTakeForever } from "./patternShape.ts";

/** Parts of tokenizer.json that contain patterns. The vocabulary is large and contains none. */
const partsWithPatterns = ["normalizer", "pre_tokenizer", "post_processor", "decoder"];
/** Maximum length of a pattern; real ones have at most a few hundred characters. */
const maxPatternLength = 10_000;
function isPattern(value: unknown): boolean {
  return isObject(value) && (typeof value.Regex === "string" || typeof value.String === "string");
}

function checkPart(path: string, part: JsonObject): void {
  const { Regex: pattern, type, length } = part;
  const remedy = "Use the tokenizer.json that the model was published with.";
  if ("pattern" in part && !isPattern(part.pattern))
    throw new HumanError(`The tokenizer of ${path} has a pattern that is neither a Regex nor a String.`, {
      remedy,
    });
  if (typeof pattern === "string" && (pattern.length > maxPatternLength || mayTakeForever(pattern)))
    throw new HumanError(
      `The tokenizer of ${path} has a pattern that could take forever: ${pattern.slice(0, 100)}`,
      { remedy },
    );
  if (type === "FixedLength" && !(typeof length === "number" && length >= 1))
    throw new HumanError(`The tokenizer of ${path} cuts text into parts of length ${String(length)}.`, {
      remedy,
    });
}

/** @param tokenizer Contents of tokenizer.json. */
export function checkTokenizerPatterns(path: string, tokenizer: JsonObject): void {
  const waiting: unknown[] = partsWithPatterns.map(part => tokenizer[part]);
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (Array.isArray(part)) for (const item of part) waiting.push(item);
    if (!isObject(part)) continue;
    checkPart(path, part);
    for (const value of Object.values(part)) waiting.push(value);
  }
}
