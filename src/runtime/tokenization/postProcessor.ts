// The post-processor of tokenizer.json, which adds special tokens around a text.
import { isObject, type JsonObject } from "../../common/json.ts";
import { partsOf } from "./fields.ts";

/** Returns the token that it puts first; null if it puts none. */
export function firstTokenOf(part: JsonObject | null): string | null {
  if (part === null) return null;
  if (part.type === "Sequence")
    return (
      partsOf(part, "processors")
        .map(firstTokenOf)
        .findLast(token => token !== null) ?? null
    );
  const { cls, single } = part;
  if (Array.isArray(cls)) return String(cls[0]);
  const [first] = Array.isArray(single) ? (single as readonly unknown[]) : [];
  const special = isObject(first) ? first.SpecialToken : undefined;
  return isObject(special) ? String(special.id) : null;
}
