// Result of parsing a file that users may have edited: a value, or a description of what is wrong.
import { isObject, type JsonObject } from "../../common/json.ts";

import { parseShallow, TooDeep } from "../../common/nesting.ts";

/** Why a file can't be used. */
export interface Fault {
  /** A clause such as "it is not JSON". */
  readonly fault: string;
  /** What to do when nobody made a mistake; absent = the usual advice for a changed file. */
  readonly remedy?: string;
}

/** A parsed value, or why it can't be used. */
export type Parsed<T> = { readonly value: T } | Fault;

/**
 * Format version of the files in a run folder, the queue and mixture files. Added fields are absent in older
 * files and keep the number. A change that an older version of Pinch would misread increments it.
 */
export const formatVersion = 1;

export function isNewerFormat(version: unknown): version is number {
  return isCount(version) && version > formatVersion;
}

/** Returns null for a version that this Pinch can read. */
export function versionFault(version: unknown): Fault | null {
  if (version === formatVersion) return null;
  if (isNewerFormat(version)) {
    const fault = `a newer Pinch wrote it, in format version ${version}, and this one reads version ${formatVersion}`;
    return { fault, remedy: updateRemedy };
  }
  return { fault: version === undefined ? "it has no version" : "its version is not one that Pinch writes" };
}

/** Sentences about the fault; the first begins in lower case. */
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

/** True for zero or a positive number. */
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

/** True for an object whose values all satisfy `fits`, whatever their keys. */
export function isMapOf<T>(
  value: unknown,
  fits: (item: unknown) => item is T,
): value is Readonly<Record<string, T>>;
export function isMapOf(value: unknown, fits: (item: unknown) => boolean): boolean;
export function isMapOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return isObject(value) && Object.values(value).every(fits);
}
