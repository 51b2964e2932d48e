// Cuts the text of a mixture file into one piece for each mixture and the rest, where lines alone tell how.

/** Whole lines of the text, from a mixture's key to the last of its value. */
export interface Piece {
  readonly text: string;
  readonly offset: number;
  /** Of the file, counted from 0. */
  readonly line: number;
}

export interface Pieces {
  /** The text with blank lines where the mixtures were. */
  readonly rest: string;
  /** Offset of the key `mixtures`. */
  readonly key: number;
  readonly mixtures: readonly Piece[];
}

/**
 * Anchors reach from one mixture into another, directives and documents change how the rest is read, and the text of a
 * block may begin with what is a comment elsewhere.
 */
const unusual = /[&*\uFEFF]|^(?:---|\.\.\.|%)|\r(?!\n)|[|>][-+\d]*[ \t]*(?:#.*)?\r?$/m;
const section = /^mixtures[ \t]*:[ \t]*(?:#[^\n]*)?\r?$/gm;

/**
 * Null where it takes a parser to tell. Pieces are right only if each of them, and the rest above the last of them, is
 * sound YAML: whoever reads them looks at that, and reads the whole text where one is not.
 */
export function cutMixtures(text: string): Pieces | null {
  if (unusual.test(text)) return null;
  const [head, ...more] = text.matchAll(section);
  if (head === undefined || more.length > 0) return null;
  const begin = text.indexOf("\n", head.index) + 1;
  if (begin === 0) return null;
  let indent = 0;
  let line = text.slice(0, begin).split("\n").length - 1;
  let open: { offset: number; line: number } | null = null;
  /** Behind the last line of a mixture; blank lines and comments after the last belong to the rest. */
  let end = begin;
  const mixtures: Piece[] = [];
  const close = (): void => {
    if (open !== null) mixtures.push({ text: text.slice(open.offset, end), ...open });
  };
  for (let at = begin; at < text.length; line++) {
    const newline = text.indexOf("\n", at);
    const next = newline < 0 ? text.length : newline + 1;
    let first = at;
    while (text[first] === " ") first++;
    const kind = lineKind(text, first, next);
    if (kind !== "empty") {
      if (first === at) break; // the next section
      if (kind === "unusual") return null;
      if (indent === 0) indent = first - at;
      if (first - at < indent) return null;
      if (first - at === indent && kind === "key") {
        close();
        open = { offset: at, line };
      }
      if (open === null) return null;
      end = next;
    }
    at = next;
  }
  close();
  if (open === null) return null;
  return { rest: withBlanks(text, mixtures), key: head.index, mixtures };
}

/** The text with blank lines for these pieces, so that everything else stands where it stood. */
export function withBlanks(text: string, pieces: readonly Piece[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { offset, text: piece } of pieces) {
    parts.push(text.slice(at, offset), piece.replace(/[^\n]/g, " "));
    at = offset + piece.length;
  }
  return parts.join("") + text.slice(at);
}

/** By its first character that is no space: items of a list may stand where the keys of their map do. */
function lineKind(text: string, first: number, next: number): "empty" | "key" | "more" | "unusual" {
  const letter = first < next ? text[first] : undefined;
  switch (letter) {
    case undefined:
    case "\n":
    case "\r":
    case "#":
      return "empty";
    case "\t":
    case "?":
    case ":":
      return "unusual";
    case "-":
      return /\s/.test(text[first + 1] ?? " ") ? "more" : "key";
    default:
      return "key";
  }
}
