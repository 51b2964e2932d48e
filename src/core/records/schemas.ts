// Schemas of the values in records. Each has the words for a value that does not fit: "its seed is `not a
// whole number`".
import * as v from "valibot";
import { isObject } from "../../common/json.ts";
import { isMapOf, type Parsed } from "./parsed.ts";

/** The type of parsed values, none of which is changed. */
export type Read<Schema extends v.GenericSchema> = Immutable<v.InferOutput<Schema>>;

type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;

/** A schema for all values of a type. */
type Of<T> = v.GenericSchema<unknown, T>;

export const missing = "missing";

const notPositive = "not zero or a positive number";
export const text = v.string("not text");
export const name = v.pipe(v.string("not a name"), v.nonEmpty("not a name"));
export const number = v.pipe(v.number("not a number"), v.finite("not a number"));
export const amount = v.pipe(number, v.minValue(0, notPositive));
export const count = v.pipe(v.number(notPositive), v.safeInteger(notPositive), v.minValue(0, notPositive));
export const wholeNumber = v.pipe(v.number("not a whole number"), v.safeInteger("not a whole number"));
export const time = v.pipe(
  v.string("not a time"),
  v.check(written => !Number.isNaN(Date.parse(written)), "not a time"),
);

/** An object with these fields. Others are allowed and kept, but are not in its type. */
export function object<const Fields extends v.ObjectEntries>(
  fields: Fields,
  fault = "not an object",
): Of<v.InferOutput<v.ObjectSchema<Fields, undefined>>> {
  // A list counts as an object for valibot.
  const schema = v.pipe(v.custom<object>(isObject, fault), v.looseObject(fields, missing));
  return partly(schema);
}

/** An object with any keys. valibot's `record` would skip some of them, such as `constructor`. */
export function mapOf<T>(item: Of<T>, fault: string): Of<Readonly<Record<string, T>>> {
  return v.custom<Readonly<Record<string, T>>>(
    value => isMapOf(value, one => v.is(item, one)),
    fault,
  ) as unknown as Of<Readonly<Record<string, T>>>;
}

export const texts = mapOf(text, "not an object of texts");

/** A field that may be absent. Null counts as absent. */
export function optional<T>(schema: Of<T>): v.ExactOptionalSchema<Of<T>, undefined> {
  const orNull = v.pipe(
    v.nullable(schema),
    v.transform(value => (value ?? undefined) as T),
  );
  return v.exactOptional(orNull as Of<T>);
}

/** A field that is null when it is absent. */
export function orNull<T>(schema: Of<T>): v.OptionalSchema<Of<T | null>, null> {
  return v.optional(v.nullable(schema) as unknown as Of<T | null>, null);
}

/** A value of this type that is checked only in part, for example because older versions wrote less of it. */
export function partly<T>(schema: v.GenericSchema): Of<T> {
  return schema as unknown as Of<T>;
}

/** @param json Text of the file, to name the line of the fault. */
export function readAs<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  json: string,
): Parsed<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { value: result.output };
  const [issue] = result.issues;
  const path = (issue.path ?? []).map(({ key }) => key);
  const place = lineOf(json, issue.message === missing ? path.slice(0, -1) : path);
  return { fault: `its ${path.join(".")}${place} is ${issue.message}` };
}

/** For example ` (line 7)`: finds the names of the path one after the other, as far as they are there. */
function lineOf(json: string, path: readonly unknown[]): string {
  let at = -1;
  for (const key of path) {
    if (typeof key === "number") continue; // an item of a list
    const next = json.indexOf(`"${String(key)}"`, at + 1);
    if (next < 0) break;
    at = next;
  }
  return at < 0 ? "" : ` (line ${json.slice(0, at).split("\n").length})`;
}
