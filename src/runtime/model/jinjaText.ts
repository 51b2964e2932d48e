// Methods of Python's texts that the Jinja library hasn't, or has otherwise.

/** What Python takes for white space: a byte order mark is none. */
const whiteSpace =
  "\t\n\v\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

type Side = "start" | "end" | "both";

function strip(side: Side): (text: unknown, characters?: unknown) => string {
  return (text, characters) => {
    if (typeof text !== "string") throw new Error("strip() is known for texts only");
    if (characters !== undefined && characters !== null && typeof characters !== "string")
      throw new Error("strip() takes the characters as a text");
    const set = characters == null ? whiteSpace : [...characters].map(quoted).join("");
    if (set === "") return text;
    const start = side === "end" ? text : text.replace(new RegExp(`^[${set}]+`, "u"), "");
    if (side === "start") return start;
    // From the end on, since a pattern would try every run of white space within the text.
    const one = new RegExp(`^[${set}]$`, "u");
    const letters = [...start];
    let length = letters.length;
    while (length > 0 && one.test(letters[length - 1] as string)) length--;
    return letters.slice(0, length).join("");
  };
}

function quoted(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** For `{}`, `{0}` and `{name}`. @throws Error for formats of numbers and the like */
function format(text: unknown, ...values: readonly unknown[]): string {
  if (typeof text !== "string") throw new Error("format() is known for texts only");
  const last = values.at(-1);
  const named = last instanceof Map ? (last as ReadonlyMap<string, { readonly value: unknown }>) : null;
  let next = 0;
  return text.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (written, name: string | undefined) => {
    if (name === undefined) return written === "{{" ? "{" : "}";
    const value =
      name === "" ? values[next++] : /^\d+$/.test(name) ? values[Number(name)] : named?.get(name)?.value;
    if (value === undefined) throw new Error(`format() has nothing for ${written}`);
    return String(value);
  });
}

function capitalize(text: unknown): string {
  if (typeof text !== "string") throw new Error("capitalize() is known for texts only");
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

/** Each run of letters with its first in upper case. */
function title(text: unknown): string {
  if (typeof text !== "string") throw new Error("title() is known for texts only");
  return text.replace(/\p{L}+/gu, capitalize);
}

/** The filter: words begin behind white space, hyphens and opening brackets alone. */
function titleFilter(text: unknown): string {
  return String(text)
    .split(/([-\s({[<]+)/u)
    .map(capitalize)
    .join("");
}

/** Filters of texts that are another method here than the library's filter; by the filter's name. */
export const filterMethods: Readonly<Record<string, string>> = {
  trim: "strip",
  capitalize: "capitalize",
  title: "title filter",
};

/** As functions whose first argument is the text. */
export const textMethods: Readonly<Record<string, (text: unknown, ...values: readonly unknown[]) => string>> =
  {
    strip: strip("both"),
    lstrip: strip("start"),
    rstrip: strip("end"),
    format,
    capitalize,
    title,
    "title filter": titleFilter,
  };

/** No name of a template's own variables. */
export function methodName(method: string): string {
  return `text.${method}`;
}
