// Methods of Python strings that the Jinja library lacks or implements differently.

/** White space according to Python, which excludes the byte order mark. */
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
    // Scans from the end, since a pattern would try every run of white space within the text.
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

/** Python's `str.format` for `{}`, `{0}` and `{name}`. @throws Error for number formats and the like */
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

/** Python's `str.title`: capitalises each run of letters. */
function title(text: unknown): string {
  if (typeof text !== "string") throw new Error("title() is known for texts only");
  return text.replace(/\p{L}+/gu, capitalize);
}

/** Jinja's `title` filter: words begin only after white space, hyphens and opening brackets. */
function titleFilter(text: unknown): string {
  return String(text)
    .split(/([-\s({[<]+)/u)
    .map(capitalize)
    .join("");
}

/** String filters that the library implements differently, with the method that replaces each. */
export const filterMethods: Readonly<Record<string, string>> = {
  trim: "strip",
  capitalize: "capitalize",
  title: "title filter",
};

/** Methods as functions with the text as first argument. */
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

/** Name of a method in the template's environment, which no variable of a template has. */
export function methodName(method: string): string {
  return `text.${method}`;
}
