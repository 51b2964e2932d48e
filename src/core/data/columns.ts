// What the columns of somebody's dataset stand for, guessed from their names, and one row of it in Pinch's layout.
import { isLanguageCode, knownLanguage } from "../language/names.ts";

/** Names that columns have elsewhere, likeliest first. */
const usualNames = {
  prompt: [
    "prompt",
    "instruction",
    "question",
    "query",
    "inputs",
    "user",
    "messages",
    "conversation",
    "text",
    "input",
  ],
  input: ["input", "context"],
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
  id: ["id", "uuid", "example_id", "prompt_id", "message_id", "index", "idx"],
  language: ["language_code", "lang_code", "locale", "iso", "language", "lang"],
} as const;

export type Role = Exclude<keyof typeof usualNames, "language">;

export interface ColumnValues {
  readonly name: string;
  /** Of the first rows. */
  readonly values: readonly string[];
}

export const chatColumns: readonly string[] = ["messages", "conversation", "conversations"];

/** The column that a role probably has; null: none looks like it. */
export function guessColumn(role: Role, columns: readonly string[]): string | null {
  return named(usualNames[role], columns)[0] ?? null;
}

/** The column of languages: one of codes before one of names, and either before one of unknown words. */
export function guessLanguageColumn(columns: readonly ColumnValues[]): string | null {
  const usual = named(
    usualNames.language,
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

/** In the order of the usual names. */
function named(usual: readonly string[], columns: readonly string[]): string[] {
  const plain = (name: string): string => name.toLowerCase().replace(/[\s-]+/g, "_");
  return usual.flatMap(name => columns.filter(column => plain(column) === name));
}

/** A value as text; null: it holds none. Lists of parts are one text; the first of several answers is taken. */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value.normalize("NFC");
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  if (Array.isArray(value)) return textOf(value[0] as unknown);
  return null;
}

export interface Exchange {
  readonly prompt: string;
  readonly response: string;
}

/** The first exchange of a chat, whatever its turns are called; null: it has none. */
export function firstExchange(value: unknown): Exchange | null {
  const turns = Array.isArray(value) ? value.map(readTurn) : [];
  const system = turns.filter(turn => turn?.role === "system").flatMap(turn => turn?.text ?? []);
  const asked = turns.findIndex(turn => turn?.role === "user" && turn.text !== null);
  const prompt = turns[asked]?.text ?? null;
  const response = turns.slice(asked + 1).find(turn => turn?.role === "assistant")?.text ?? null;
  if (asked < 0 || prompt === null || response === null) return null;
  return { prompt: [...system, prompt].join("\n\n"), response };
}

const roles: Readonly<Record<string, "system" | "user" | "assistant">> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  prompter: "user",
  assistant: "assistant",
  gpt: "assistant",
  bot: "assistant",
  model: "assistant",
};

function readTurn(value: unknown): { readonly role: string; readonly text: string | null } | null {
  if (typeof value !== "object" || value === null) return null;
  const turn = value as Readonly<Record<string, unknown>>;
  const role = turn.role ?? turn.from;
  if (typeof role !== "string") return null;
  return { role: roles[role.toLowerCase()] ?? role, text: textOf(turn.content ?? turn.value ?? turn.text) };
}

/** A cell as a person sees it in a list: one line, cut short. */
export function previewOf(value: unknown, length = 80): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value, replaceBig) ?? "");
  const line = text.replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length <= length ? line : `${letters.slice(0, length - 1).join("")}…`;
}

function replaceBig(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
