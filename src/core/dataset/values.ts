// Tells absent values of a row's fields from present ones, and names kinds of values for messages.

/** Returns true for absent values: tables fill optional fields with null, nothing, or blanks. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** Returns the kind of a value for messages like "must be text, not …": `a list`, `a number`, `null`. */
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

/** Returns why a text can't be tokenized or stored as UTF-8; null if it can. */
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
