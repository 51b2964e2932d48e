// A key that is sent to an endpoint and never shown.
import { HumanError } from "../../common/errors.ts";

export const keyVariable = "PINCH_JUDGE_API_KEY";
/** Used in remedies, because the runtime does not know what started it. */
export const whereKeysGo = `in VS Code with Pinch: Set Judge API Key…, on the command line in ${keyVariable}`;
const hidden = "[key]";

export class Secret {
  /** Null if none is needed. */
  readonly #key: string | null;

  /** @throws HumanError, which does not contain the key, for a key that can't be sent. */
  constructor(key: string | null) {
    const trimmed = key?.trim() ?? "";
    if (!/^[\x21-\x7e]*$/.test(trimmed))
      throw new HumanError(
        "The judge's key has characters that no key has, such as spaces or letters beyond ASCII.",
        {
          remedy: `Copy the key again, ${whereKeysGo}.`,
        },
      );
    this.#key = trimmed === "" ? null : trimmed;
  }

  get isGiven(): boolean {
    return this.#key !== null;
  }

  headers(): Readonly<Record<string, string>> {
    return this.#key === null ? {} : { authorization: `Bearer ${this.#key}` };
  }

  /** Removes the key from external text, in all forms in which an endpoint may echo it. */
  redact(text: string): string {
    const key = this.#key;
    if (key === null) return text;
    const inJson = JSON.stringify(key).slice(1, -1);
    const inBase64 = Buffer.from(key).toString("base64");
    const clean = [key, inJson, key.replaceAll("/", "\\/"), encodeURIComponent(key), inBase64].reduce(
      (text, form) => text.replaceAll(form, hidden),
      text,
    );
    return withoutParts(clean, key);
  }
}

/**
 * Number of consecutive characters of a key that are hidden too. Services show the last four to identify
 * keys.
 */
const partLength = 8;

function withoutParts(text: string, key: string): string {
  const parts = new Set(
    Array.from({ length: Math.max(0, key.length - partLength + 1) }, (_, i) => key.slice(i, i + partLength)),
  );
  let clean = "";
  let from = 0;
  for (let at = 0; at + partLength <= text.length; at++) {
    if (!parts.has(text.slice(at, at + partLength))) continue;
    let end = at + partLength;
    while (end < text.length && parts.has(text.slice(end + 1 - partLength, end + 1))) end++;
    clean += `${text.slice(from, at)}${hidden}`;
    from = end;
    at = end - 1;
  }
  return clean + text.slice(from);
}
