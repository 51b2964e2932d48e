// What a file holds that people may have edited: a value, or what is wrong with it in words.

/** What was read, or why it can't be used: half a sentence, "it is not JSON". */
export type Parsed<T> = { readonly value: T } | { readonly fault: string };

export type JsonObject = Readonly<Record<string, unknown>>;

export function parseObject(text: string): Parsed<JsonObject> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: "it is not JSON" };
  }
  return isObject(value) ? { value } : { fault: "it is not a JSON object" };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Zero, or a positive number. */
export function isAmount(value: unknown): value is number {
  return isNumber(value) && value >= 0;
}

export function isCount(value: unknown): value is number {
  return isAmount(value) && Number.isSafeInteger(value);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits);
}

/** An object whose values all fit, whatever their names. */
export function isMapOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return isObject(value) && Object.values(value).every(fits);
}
