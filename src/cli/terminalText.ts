// Text on its way to a terminal: names, ids and words from files and servers move no cursor, set no title, hide nothing.
import { visibleText } from "../common/visibleText.ts";
import type { TextStream } from "./progress.ts";

/** Control and direction characters by their names; line feeds and tabs are left. */
export function terminalText(text: string): string {
  // Alone, it would write over what stands before it.
  return visibleText(text).replace(/\r(?!\n)/g, "\u27e8\u240d\u27e9");
}

/** The same stream, all of whose text is visible. */
export function visibleStream(stream: TextStream): TextStream {
  return {
    get isTTY() {
      return stream.isTTY ?? false;
    },
    get columns() {
      return stream.columns ?? 0;
    },
    write: text => stream.write(terminalText(text)),
  };
}

/** JSON whose texts are what they were, and that a terminal can show: hidden characters stand escaped in it. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/gu, character =>
    visibleText(character) === character ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
}
