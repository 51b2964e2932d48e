// Reads a JSON file of a model folder, saying what is missing or broken.
import { readFileSync } from "node:fs";
import { HumanError, messageOf } from "../../common/errors.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new HumanError(`Cannot read ${path} (${messageOf(error)}).`, {
      remedy: "Check that the file may be read.",
      cause: error,
    });
  }
}

/** null: there is no such file. */
export function readOptionalJson(path: string): JsonObject | null {
  const text = readText(path);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new HumanError(`${path} is not JSON (${messageOf(cause)}).`, {
      remedy: "Download or copy the file again.",
      cause,
    });
  }
  throw new HumanError(`${path} does not hold a JSON object.`, {
    remedy: "Download or copy the file again.",
  });
}

export function readRequiredJson(path: string, remedy: string): JsonObject {
  const value = readOptionalJson(path);
  if (value === null) throw new HumanError(`${path} is missing.`, { remedy });
  return value;
}

/** null: there is no such file. */
export function readOptionalText(path: string): string | null {
  return readText(path);
}
