// Reads fields of a model's config.json and reports which field is invalid and what is allowed.

import { HumanError } from "../../../common/errors.ts";
import { isObject } from "../../../common/json.ts";

const correct = "Correct the file or download it again.";
const unsupportedRemedy = "Choose another model, or ask for this one to be supported.";

/** Upper bound on sizes: far above any model, and small enough for exact arithmetic on shapes. */
const largestSize = 2 ** 24;

export type FieldValues = Readonly<Record<string, unknown>>;

/**
 * Fields of one object in config.json. A null field counts as absent, as in transformers. Remembers which
 * fields were read, so that those that nobody reads can be refused.
 */
export class ConfigFields {
  readonly #read = new Set<string>();
  readonly #nested = new Map<string, ConfigFields>();

  constructor(
    /** Path of the file, for error messages. */
    readonly path: string,
    private readonly values: FieldValues,
    /** Key of the enclosing object, such as `rope_parameters.`. */
    private readonly prefix = "",
  ) {}

  get(key: string): unknown {
    this.#read.add(key);
    return this.values[key] ?? undefined;
  }

  get keys(): readonly string[] {
    return Object.keys(this.values);
  }

  get isEmpty(): boolean {
    return this.keys.length === 0;
  }

  /** True for an explicit null, where an architecture gives it another meaning than to an absent field. */
  isNull(key: string): boolean {
    this.#read.add(key);
    return this.values[key] === null;
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

  /** Reads a list of positive numbers. */
  numbers(key: string, length: number): readonly number[] {
    const value = this.get(key);
    const numbers = Array.isArray(value) ? value.filter(one => typeof one === "number" && one > 0) : [];
    if (Array.isArray(value) && value.length === length && numbers.length === length) return numbers;
    throw this.wrong(key, value, `a list of ${length} numbers above 0`);
  }

  /** Returns the fields nested under a key; null when there are none. */
  nested(key: string): ConfigFields | null {
    const value = this.get(key);
    if (value === undefined) return null;
    if (!isObject(value)) throw this.wrong(key, value, "an object");
    const fields = this.#nested.get(key) ?? new ConfigFields(this.path, value, `${this.prefix}${key}.`);
    this.#nested.set(key, fields);
    return fields;
  }

  /**
   * Rejects every field that was not read and is not known to be without effect. Call it last.
   * @param without Reports whether a field has no effect on what is computed.
   */
  refuseUnread(without: (key: string) => boolean): void {
    for (const [key, value] of Object.entries(this.values)) {
      if (this.#read.has(key) || without(key) || asksForNothing(value)) continue;
      throw new HumanError(
        `${this.path}: Pinch does not know what ${this.prefix}${key} ${short(value)} does.`,
        {
          remedy:
            "If it changes nothing in the model (a note of the tool that wrote the file), remove it from config.json. " +
            `Otherwise: ${unsupportedRemedy}`,
        },
      );
    }
    for (const fields of this.#nested.values()) fields.refuseUnread(without);
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

/** True for null, false and what is empty: no tool writes them to ask for something. */
function asksForNothing(value: unknown): boolean {
  if (typeof value === "object") return Object.keys(value ?? {}).length === 0;
  return value === false || value === "";
}

/** Formats a value as JSON, shortened to fit into a message. */
function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
