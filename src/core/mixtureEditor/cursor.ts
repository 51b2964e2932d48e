// Determines what a mixture file expects at the cursor: a key of some map, or a value of some key.

export interface Cursor {
  readonly kind: "key" | "value";
  /** Keys leading to the map (for a key) or to the value. List items are not counted. */
  readonly path: readonly string[];
  readonly inList: boolean;
  /** True inside braces or brackets. */
  readonly flow: boolean;
  /** Word typed so far, and the column where it begins. */
  readonly word: string;
  readonly column: number;
  /** Keys or items before the cursor in the same braces or brackets. */
  readonly siblings: readonly string[];
}

/** An open brace or bracket. */
interface Frame {
  readonly open: "{" | "[";
  readonly path: readonly string[];
  key: string | null;
  word: string;
  start: number;
  readonly siblings: string[];
}

interface Level {
  readonly indent: number;
  readonly key: string | null;
}

const blockKey = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#:{}[\],"'][^:#{}[\]]*?)\s*:(?=\s|$)/;

/**
 * Works from indentation and open brackets, since text is seldom valid YAML while it is typed. Returns null
 * in comments.
 */
export function cursorAt(lines: readonly string[], line: number, column: number): Cursor | null {
  const scanner = new Scanner();
  for (let at = 0; at < line; at++) scanner.take(withoutComment(lines[at] ?? ""), false);
  const before = (lines[line] ?? "").slice(0, column);
  if (withoutComment(before) !== before) return null;
  return scanner.take(before, true);
}

class Scanner {
  readonly #levels: Level[] = [];
  #frames: Frame[] = [];
  /** Indentation of the line with the outermost open bracket. */
  #indent = 0;

  /** @param last True when the cursor is at the end of this text. */
  take(text: string, last: boolean): Cursor | null {
    if (!last && text.trim() === "") return null;
    const indent = /^ */.exec(text)?.[0].length ?? 0;
    // Text inside brackets is indented further. Otherwise a closing bracket is missing.
    if (this.#frames.length > 0 && indent <= this.#indent && /^\s*[^\s\]}]/.test(text)) this.#frames = [];
    if (this.#frames.length > 0) {
      this.#flow(text, 0);
      return last ? this.#inFlow() : null;
    }
    return this.#block(text, indent, last);
  }

  #block(text: string, indent: number, last: boolean): Cursor | null {
    const dashes = /^ *((?:-(?: +|$))*)/.exec(text);
    const isItem = (dashes?.[1] ?? "") !== "";
    const content = dashes?.[0].length ?? 0;
    // The dashes of a list may be in the same column as its key.
    for (let top = this.#levels.at(-1); top !== undefined; top = this.#levels.at(-1)) {
      if (top.indent < indent || (isItem && top.key !== null && top.indent === indent)) break;
      this.#levels.pop();
    }
    if (isItem) this.#levels.push({ indent, key: null });
    const rest = text.slice(content);
    const key = blockKey.exec(rest);
    if (key === null) {
      const opens = /^[{[]/.test(rest);
      if (opens) return this.#openFlow(text, content, indent, last);
      if (!last) return null;
      return this.#cursor(isItem ? "value" : "key", isItem, rest, content);
    }
    this.#levels.push({ indent: content, key: unquoted(key[1] ?? "") });
    const after = content + key[0].length;
    const start = after + (/^\s*/.exec(text.slice(after))?.[0].length ?? 0);
    if (/^[{[]/.test(text.slice(start))) return this.#openFlow(text, start, content, last);
    return last ? this.#cursor("value", false, text.slice(start), start) : null;
  }

  #openFlow(text: string, from: number, indent: number, last: boolean): Cursor | null {
    this.#indent = indent;
    this.#flow(text, from);
    return last ? this.#inFlow() : null;
  }

  #path(): string[] {
    return this.#levels.flatMap(({ key }) => (key === null ? [] : [key]));
  }

  #cursor(kind: Cursor["kind"], inList: boolean, word: string, column: number): Cursor {
    return { kind, path: this.#path(), inList, flow: false, word, column, siblings: [] };
  }

  #flow(text: string, from: number): void {
    for (let at = from; at < text.length; at++) {
      const char = text[at] ?? "";
      const top = this.#frames.at(-1);
      if ((char === "{" || char === "[") && (top === undefined || top.word.trim() === "")) {
        const path = top === undefined ? this.#path() : [...top.path, ...(top.key === null ? [] : [top.key])];
        this.#frames.push({ open: char, path, key: null, word: "", start: at + 1, siblings: [] });
      } else if (top === undefined) return;
      else if (char === "}" || char === "]") {
        this.#frames.pop();
        const outer = this.#frames.at(-1);
        if (outer !== undefined) outer.word = "…";
      } else if (char === ",") {
        top.siblings.push(unquoted(top.key ?? top.word.trim()));
        top.key = null;
        top.word = "";
        top.start = at + 1;
      } else if (char === ":" && top.open === "{" && top.key === null && /^(\s|$)/.test(text.slice(at + 1))) {
        top.key = unquoted(top.word.trim());
        top.word = "";
        top.start = at + 1;
      } else if ((char === '"' || char === "'") && top.word.trim() === "") {
        const close = text.indexOf(char, at + 1);
        const end = close < 0 ? text.length : close + 1;
        top.word = text.slice(at, end);
        top.start = at;
        at = end - 1;
      } else {
        if (top.word.trim() === "") {
          top.word = "";
          top.start = at;
        }
        top.word += char;
      }
    }
    // A line break inside brackets counts as a space.
    const top = this.#frames.at(-1);
    if (top !== undefined && top.word.trim() === "") top.start = text.length;
  }

  #inFlow(): Cursor | null {
    const top = this.#frames.at(-1);
    if (top === undefined || top.word === "…") return null;
    const isKey = top.open === "{" && top.key === null;
    return {
      kind: isKey ? "key" : "value",
      path: top.open === "{" && top.key !== null ? [...top.path, top.key] : top.path,
      inList: top.open === "[",
      flow: true,
      word: top.word.trimStart(),
      column: top.start,
      siblings: top.siblings,
    };
  }
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

/** Removes a comment: everything from a `#` that follows white space outside quotes. */
function withoutComment(text: string): string {
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if ((char === '"' || char === "'") && /(^|[\s{[,:])$/.test(text.slice(0, at))) quote = char;
    else if (char === "#" && /(^|\s)$/.test(text.slice(0, at))) return text.slice(0, at);
  }
  return text;
}
