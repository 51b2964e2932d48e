// Guesses from their names which fields a dataset's columns hold, and formats values as text.
import { isLanguageCode, knownLanguage } from "../language/names.ts";

/** Common column names of each role, likeliest first. */
const defaultNames = {
  prompt: [
    "prompt",
    "instruction",
    "question",
    "query",
    "inputs",
    "user",
    "messages",
    "conversation",
    "conversations",
    "text",
    "input",
  ],
  input: ["input", "context"],
  system: ["system", "system_prompt", "system_message"],
  history: ["history"],
  response: [
    "response",
    "output",
    "answer",
    "completion",
    "targets",
    "target",
    "chosen",
    "assistant",
    "answers",
  ],
  id: ["id", "key", "uuid", "example_id", "prompt_id", "message_id", "index", "idx"],
  language: ["language_code", "lang_code", "locale", "iso", "language", "lang"],
} as const;

export type Role = Exclude<keyof typeof defaultNames, "language">;

export interface ColumnValues {
  readonly name: string;
  /** Values in the first rows. */
  readonly values: readonly string[];
}

/** Returns the most likely column of a role; null if no name matches. */
export function guessColumn(role: Role, columns: readonly string[]): string | null {
  return named(defaultNames[role], columns)[0] ?? null;
}

/**
 * Returns the column of languages: preferably one of codes, then one of language names,
 * then any with a matching name.
 */
export function guessLanguageColumn(columns: readonly ColumnValues[]): string | null {
  const usual = named(
    defaultNames.language,
    columns.map(({ name }) => name),
  );
  const hasOnly = (name: string, isSo: (value: string) => boolean): boolean => {
    const values = columns.find(column => column.name === name)?.values ?? [];
    return values.length > 0 && values.every(isSo);
  };
  const ofCodes = usual.find(name => hasOnly(name, isLanguageCode));
  const known = usual.find(name => hasOnly(name, value => knownLanguage(value) !== null));
  return ofCodes ?? known ?? usual[0] ?? null;
}

/** Returns matching columns in the order of the usual names. */
function named(usual: readonly string[], columns: readonly string[]): string[] {
  const plain = (name: string): string => name.toLowerCase().replace(/[\s-]+/g, "_");
  return usual.flatMap(name => columns.filter(column => plain(column) === name));
}

/** Returns a value as text, the first of several answers; null if it is empty. */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value.normalize("NFC");
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  if (Array.isArray(value)) return textOf(value[0] as unknown);
  return null;
}

/** Returns a cell as one line for lists, truncated to `length` characters. */
export function previewOf(value: unknown, length = 80): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value, replaceBig) ?? "");
  const line = text.replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length <= length ? line : `${letters.slice(0, length - 1).join("")}…`;
}

function replaceBig(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
