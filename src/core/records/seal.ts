// What a file of a run says of its own bytes: a digit that a disk, a copy or an editor changed is seen when it is read.

import type { JsonObject } from "../../common/json.ts";
import { type Parsed, parseObject, versionFault } from "./parsed.ts";
import type { RunRecord } from "./records.ts";

/** SHA-256 of a text in UTF-8, hexadecimal. */
export type TextHash = (text: string) => string;

/** The object with the hash of all that it holds; spaces and line ends between its parts don't count. */
export function sealed<T extends object>(value: T, sha256: TextHash): T & { readonly seal: string } {
  const { seal: _, ...rest } = value as T & { seal?: unknown };
  return { ...(rest as T), seal: sha256(JSON.stringify(rest)) };
}

export const brokenSeal = "its seal does not fit what it holds";

/** The object without its seal; null: it was changed since. One from before there were seals is taken as it is. */
export function unsealed(value: JsonObject, sha256: TextHash): JsonObject | null {
  if (!("seal" in value)) return value;
  const { seal, ...rest } = value;
  return sha256(JSON.stringify(rest)) === seal ? rest : null;
}

/** A sealed object of this version of Pinch's files. */
export function parseSealed(text: string, sha256: TextHash): Parsed<JsonObject> {
  const parsed = parseObject(text);
  if ("fault" in parsed) return parsed;
  const other = versionFault(parsed.value.version);
  if (other !== null) return other;
  const value = unsealed(parsed.value, sha256);
  return value === null ? { fault: brokenSeal } : { value };
}

/** Whether a file with this hash is what the run wrote under this name; older runs don't say. */
export function isOwnFile(
  { files, replacing }: Pick<RunRecord, "files" | "replacing">,
  name: string,
  sha256: string,
): boolean {
  const expected = files?.[name];
  return expected === undefined || sha256 === expected || sha256 === replacing?.[name];
}
