// Splits a mixture file's text into its mixtures and the rest, where line structure alone permits.

/** Whole lines of the text, from a mixture's key to the end of its value. */
export interface Piece {
  readonly text: string;
  readonly offset: number;
  /** Line number in the file, from 0. */
  readonly line: number;
}

export interface Pieces {
  /** Offset of the key `mixtures`. */
  readonly key: number;
  readonly mixtures: readonly Piece[];
  /** Returns the text with these mixtures replaced by blank lines, so that everything else keeps its position. */
  without(mixtures: readonly Piece[]): string;
}

/**
 * Constructs that need a parser: anchors connect mixtures, directives and document markers change how the
 * rest is read, and block scalars may contain lines that look like comments.
 */
const unusual = /[&*\uFEFF]|^(?:---|\.\.\.|%)|\r(?!\n)|[|>][-+\d]*[ \t]*(?:#.*)?\r?$/m;
const section = /^mixtures[ \t]*:[ \t]*(?:#[^\n]*)?\r?$/gm;

/**
 * Returns null when splitting needs a parser. The pieces are only correct if each of them, and the rest up to
 * the last piece, is valid YAML. Callers check that, and otherwise parse the whole text.
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
  /**
   * End of the last line of a mixture. Blank lines and comments after the last mixture belong to the rest.
   */
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
  return { key: head.index, mixtures, without: some => withBlanks(text, some) };
}

function withBlanks(text: string, pieces: readonly Piece[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { offset, text: piece } of pieces) {
    parts.push(
      text.slice(at, offset),
      piece.replace(/[^\n]+/g, line => " ".repeat(line.length)),
    );
    at = offset + piece.length;
  }
  return parts.join("") + text.slice(at);
}

/**
 * Classifies a line by its first non-space character. List items may be in the same column as the keys of the
 * map that holds them.
 */
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
