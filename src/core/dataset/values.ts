// What values of a row's fields are: written or absent, and how a message names their kind.

/** Not written: tables fill optional fields with null, with nothing or with blanks. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** `a list`, `a number`, `null`: for "must be text, not …". */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value === "string" ? "text" : `a ${typeof value}`;
}

export interface TextFault {
  readonly message: string;
  readonly remedy: string;
}

/** Why a text can't be tokenised, or kept in a file of UTF-8; null: it can. */
export function brokenText(text: string): TextFault | null {
  if (/\p{Surrogate}/u.test(text))
    return {
      message: "The text has half of a surrogate pair (\\ud800 to \\udfff).",
      remedy: "Write the whole character.",
    };
  if (text.includes("\u0000"))
    return { message: "The text has a zero character (\\u0000).", remedy: "Remove it." };
  return null;
}
