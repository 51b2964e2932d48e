// Reads JSON files of a model folder and reports what is missing or malformed.

import { closeSync, fstatSync, readFileSync } from "node:fs";
import { HumanError, messageOf } from "../../common/errors.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { isNestedDeeper } from "../../common/nesting.ts";
import { systemError } from "../../common/systemErrors.ts";
import { openRegularFile } from "../../node/ownFile.ts";

/** Maximum nesting of objects and lists; configurations have a handful of levels. */
const maxDepth = 100;

/** Maximum size of a file in bytes; the largest tokenizers have some tens of MiB. */
const maxBytes = 256 * 1024 * 1024;

/** @throws HumanError if the file is larger than any that accompanies a model's weights */
export function requireModest(path: string, { size }: { readonly size: number }): void {
  if (size > maxBytes)
    throw new HumanError(`${path} has ${size} bytes, too many for such a model file.`, {
      remedy: "Download or copy the file again.",
    });
}

/** Reads a file that accompanies a model's weights; null if it does not exist. */
export function readModelBytes(path: string): Buffer | null {
  try {
    const descriptor = openRegularFile(path);
    try {
      requireModest(path, fstatSync(descriptor));
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof HumanError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw systemError(error, `${path} can't be read`) ?? error;
  }
}

/** Decodes UTF-8, without the byte-order mark that some editors write. */
export function modelText(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

function readText(path: string): string | null {
  const bytes = readModelBytes(path);
  return bytes === null ? null : modelText(bytes);
}

/**
 * @param vocabulary True for a file of many MiB whose reader copes with any nesting.
 * @returns null if the file does not exist.
 */
export function readOptionalJson(path: string, vocabulary = false): JsonObject | null {
  const text = readText(path);
  return text === null ? null : parseModelJson(text, path, vocabulary);
}

/** @param path Path of the file, for error messages. */
export function parseModelJson(text: string, path: string, vocabulary = false): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (!vocabulary && isNestedDeeper(value, maxDepth))
      throw new Error(`it is nested more than ${maxDepth} deep`);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new HumanError(`${path} is not valid JSON (${messageOf(cause)}).`, {
      remedy: "Download or copy the file again.",
      cause,
    });
  }
  throw new HumanError(`${path} does not hold a JSON object.`, {
    remedy: "Download or copy the file again.",
  });
}

export function readRequiredJson(path: string, remedy: string, vocabulary = false): JsonObject {
  const value = readOptionalJson(path, vocabulary);
  if (value === null) throw new HumanError(`${path} is missing.`, { remedy });
  return value;
}

/** Reads a text file; null if it does not exist. */
export function readOptionalText(path: string): string | null {
  return readText(path);
}
