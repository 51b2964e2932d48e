// Fields of tokenizer.json.
import { isObject, type JsonObject } from "../../common/json.ts";

/** A part that may be null, such as the normalizer. */
export function partOf(parent: JsonObject, key: string): JsonObject | null {
  const part = parent[key];
  if (part === null || part === undefined) return null;
  if (isObject(part)) return part;
  throw new Error(`${key} is not an object`);
}

export function partsOf(parent: JsonObject, key: string): readonly JsonObject[] {
  const parts = parent[key];
  if (!Array.isArray(parts) || !parts.every(isObject)) throw new Error(`${key} is not a list of objects`);
  return parts;
}

export function textIn(part: JsonObject, key: string, missing?: string): string {
  const text = part[key] ?? missing;
  if (typeof text === "string") return text;
  throw new Error(`${String(part.type)} has no ${key}`);
}

export function numberIn(part: JsonObject, key: string, missing?: number): number {
  const number = part[key] ?? missing;
  if (typeof number === "number") return number;
  throw new Error(`${String(part.type)} has no ${key}`);
}

export function unsupported(what: string, part: JsonObject): never {
  throw new Error(`the ${what} ${String(part.type)} is not supported`);
}
