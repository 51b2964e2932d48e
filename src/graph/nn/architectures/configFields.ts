// Reads fields of a model's config.json and reports which field is invalid and what is allowed.

import { HumanError } from "../../../common/errors.ts";
import { isObject } from "../../../common/json.ts";

const correct = "Correct the file or download it again.";
const unsupportedRemedy = "Choose another model, or ask for this one to be supported.";

/** Upper bound on sizes: far above any model, and small enough for exact arithmetic on shapes. */
const largestSize = 2 ** 24;

export type FieldValues = Readonly<Record<string, unknown>>;

/** Fields of one object in config.json. A null field counts as absent, as in transformers. */
export class ConfigFields {
  constructor(
    /** Path of the file, for error messages. */
    readonly path: string,
    readonly values: FieldValues,
    /** Key of the enclosing object, such as `rope_parameters.`. */
    private readonly prefix = "",
  ) {}

  get(key: string): unknown {
    return this.values[key] ?? undefined;
  }

  /** Reads a positive integer of at most `most`. */
  size(key: string, fallback?: number, most = largestSize): number {
    const value = this.get(key) ?? fallback;
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0 && value <= most) return value;
    throw this.wrong(key, value, `a whole number from 1 to ${most}`);
  }

  /** Reads a positive number. */
  positive(key: string, fallback?: number): number {
    const value = this.get(key) ?? fallback;
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    throw this.wrong(key, value, "a number above 0");
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.get(key) ?? fallback;
    if (typeof value === "boolean") return value;
    throw this.wrong(key, value, "true or false");
  }

  /** Returns the fields nested under a key; null when there are none. */
  nested(key: string): ConfigFields | null {
    const value = this.get(key);
    if (value === undefined) return null;
    if (isObject(value)) return new ConfigFields(this.path, value, `${this.prefix}${key}.`);
    throw this.wrong(key, value, "an object");
  }

  /** Returns the choice that the field names. */
  choice<T>(key: string, choices: Readonly<Record<string, T>>, fallback: string): T {
    const value = this.get(key) ?? fallback;
    const found = Object.entries(choices).find(([name]) => name === value);
    if (found !== undefined) return found[1];
    throw this.unsupported(key, Object.keys(choices));
  }

  /** Rejects a field unless it is absent or has the one value that changes nothing. */
  only(key: string, neutral: number | boolean | string): void {
    if ((this.get(key) ?? neutral) !== neutral) throw this.unsupported(key, [String(neutral)]);
  }

  /** Rejects fields unless they are absent. */
  absent(...keys: readonly string[]): void {
    for (const key of keys) if (this.get(key) !== undefined) throw this.unsupported(key, []);
  }

  unsupported(key: string, supported: readonly string[]): HumanError {
    const instead = supported.length === 0 ? "without it" : supported.join(", ");
    const found = short(this.get(key));
    return new HumanError(`${this.path}: ${this.prefix}${key} ${found} is not supported.`, {
      remedy: `Supported: ${instead}. ${unsupportedRemedy}`,
    });
  }

  private wrong(key: string, value: unknown, expected: string): HumanError {
    return new HumanError(`${this.path}: ${this.prefix}${key} must be ${expected}, found ${short(value)}.`, {
      remedy: correct,
    });
  }
}

/** Formats a value as JSON, shortened to fit into a message. */
function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
