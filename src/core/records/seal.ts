// Seals of record files: hashes of their own content that reveal changes by a disk, a copy or an editor.

import type { JsonObject } from "../../common/json.ts";
import { type Parsed, parseObject, versionFault } from "./parsed.ts";

/** SHA-256 of a text in UTF-8, hexadecimal. */
export type TextHash = (text: string) => string;

/** Returns the object with a hash of its content. White space between its parts does not count. */
export function sealed<T extends object>(value: T, sha256: TextHash): T & { readonly seal: string } {
  const { seal: _, ...rest } = value as T & { seal?: unknown };
  return { ...(rest as T), seal: sha256(JSON.stringify(rest)) };
}

export const brokenSeal = "its seal does not match its content";

/**
 * Returns the object without its seal, or null when it was changed. Objects from before seals are accepted.
 */
export function unsealed(value: JsonObject, sha256: TextHash): JsonObject | null {
  if (!("seal" in value)) return value;
  const { seal, ...rest } = value;
  return sha256(JSON.stringify(rest)) === seal ? rest : null;
}

/** Parses a sealed object in the current format version. */
export function parseSealed(text: string, sha256: TextHash): Parsed<JsonObject> {
  const parsed = parseObject(text);
  if ("fault" in parsed) return parsed;
  const other = versionFault(parsed.value.version);
  if (other !== null) return other;
  const value = unsealed(parsed.value, sha256);
  return value === null ? { fault: brokenSeal } : { value };
}

/** SHA-256 by path. */
type FileHashes = Readonly<Record<string, string>>;

/**
 * Reports whether a file with this hash is what the run wrote under this name. Always true for older runs,
 * which record no hashes.
 */
export function isOwnFile(
  { files, replacing }: { readonly files?: FileHashes; readonly replacing?: FileHashes },
  name: string,
  sha256: string,
): boolean {
  const expected = files?.[name];
  return expected === undefined || sha256 === expected || sha256 === replacing?.[name];
}
