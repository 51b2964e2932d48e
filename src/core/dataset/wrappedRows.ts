// Files whose rows stand in a list within one object: {"version": 1, "data": [{…}, …]}.

const lists: readonly string[] = ["data", "rows", "train", "instances", "records", "examples", "items"];
/** Of a row that is one itself: a list in it holds no rows. */
// biome-ignore format: a table
const fieldsOfRows: readonly string[] = [
  "id", "key", "prompt", "instruction", "messages", "conversations", "conversation", "question", "response", "output", "text",
  "input", "inputs",
];

/** Characters that are looked at for the list. */
export const wrappedWithin = 65_536;

/**
 * Where the elements of such a list begin, behind its bracket. null: the text is of another form.
 * @param text From its first brace on; what comes after `wrappedWithin` may be missing.
 * @param whole No more of it is to come: "more" is never the answer then.
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

/** The comma or brace behind a value of an object; null: it is not there yet. */
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

/** Whether what follows the list holds rows too; the object's other values don't matter. */
export function holdsMore(rest: string): boolean {
  return /[[{]/.test(rest.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/gs, ""));
}
