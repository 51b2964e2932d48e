// What a file holds that people may have edited: a value, or what is wrong with it in words.
import { isObject, type JsonObject } from "../../common/json.ts";

import { parseShallow, TooDeep } from "../../common/nesting.ts";

/** Why a file can't be used. */
export interface Fault {
  /** Half a sentence, "it is not JSON". */
  readonly fault: string;
  /** What to do where it is nobody's mistake; absent: what is to be done with a file that was changed. */
  readonly remedy?: string;
}

/** What was read, or why it can't be used. */
export type Parsed<T> = { readonly value: T } | Fault;

/**
 * Of each file of a run folder, of the queue and of mixture files. What is added to a file is absent in older ones and
 * keeps the number; what an older Pinch would misread gets the next one.
 */
export const formatVersion = 1;

export function isNewerFormat(version: unknown): version is number {
  return isCount(version) && version > formatVersion;
}

/** null: this Pinch reads it. */
export function versionFault(version: unknown): Fault | null {
  if (version === formatVersion) return null;
  if (isNewerFormat(version)) {
    const fault = `a newer Pinch wrote it, in version ${version} of its form, and this one reads version ${formatVersion}`;
    return { fault, remedy: updateRemedy };
  }
  return { fault: version === undefined ? "it names no version" : "its version is none that Pinch writes" };
}

/** As sentences; the first begins small. */
export function faultText({ fault, remedy }: Fault): string {
  return remedy === undefined ? `${fault}.` : `${fault}. ${remedy}`;
}

export const updateRemedy = "Update Pinch; the file is left as it is.";

export function parseObject(text: string): Parsed<JsonObject> {
  let value: unknown;
  try {
    value = parseShallow(text);
  } catch (error) {
    return { fault: error instanceof TooDeep ? `its ${error.message}` : "it is not JSON" };
  }
  return isObject(value) ? { value } : { fault: "it is not a JSON object" };
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
