// Locates rows in a list within one object: {"version": 1, "data": [{…}, …]}.

const lists: readonly string[] = ["data", "rows", "train", "instances", "records", "examples", "items"];
/** Fields of rows: if the object has one, it is a row itself, and its lists don't hold rows. */
// biome-ignore format: a table
const fieldsOfRows: readonly string[] = [
  "id", "key", "prompt", "instruction", "messages", "conversations", "conversation", "question", "response", "output", "text",
  "input", "inputs",
];

/** Number of characters searched for the list. */
export const wrappedWithin = 65_536;

/**
 * Returns the offset of the first element, after the list's bracket; null if the text has another form.
 * @param text text from its first brace on; anything after `wrappedWithin` characters may be missing
 * @param whole true if the text is complete: "more" is never returned then
 */
export function wrappedStart(text: string, whole: boolean): number | "more" | null {
  const unclear = whole || text.length >= wrappedWithin ? null : "more";
  const key = /\s*"([^"\\]*)"\s*:\s*(?=\S)/y;
  let at = 1;
  if (!text.startsWith("{")) return null;
  for (;;) {
    key.lastIndex = at;
    const [matched, name = ""] = key.exec(text) ?? [];
    if (matched === undefined) return /^\s*(?:"[^"\\]*"?\s*:?\s*)?$/.test(text.slice(at)) ? unclear : null;
    if (fieldsOfRows.includes(name)) return null;
    at += matched.length;
    if (lists.includes(name) && text[at] === "[") {
      const first = /\S/.exec(text.slice(at + 1))?.[0];
      return first === undefined ? unclear : first === "{" ? at + 1 : null;
    }
    const end = valueEnd(text, at);
    if (end === null) return unclear;
    if (text[end] !== ",") return null;
    at = end + 1;
  }
}

/** Returns the offset of the comma or brace after a value of an object; null if the text ends before it. */
function valueEnd(text: string, from: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") depth++;
    else if (depth === 0 && (char === "," || char === "}")) return at;
    else if (char === "}" || char === "]") depth--;
  }
  return null;
}

/** Returns true if the text after the list holds rows too; other values of the object don't matter. */
export function holdsMore(rest: string): boolean {
  return /[[{]/.test(rest.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/gs, ""));
}
