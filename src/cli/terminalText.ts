// Makes text safe for a terminal: nothing from files and servers can move the cursor, set the title or hide text.
import { visibleText } from "../common/visibleText.ts";

export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Replaces control and direction characters with their names, except line feeds and tabs. */
export function terminalText(text: string): string {
  // On its own, it would overwrite the start of the line.
  return visibleText(text).replace(/\r(?!\n)/g, "\u27e8\u240d\u27e9");
}

/** Wraps a stream so that all text written to it is visible. */
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

/** Serializes to JSON with hidden characters escaped: the values are unchanged and safe to show in a terminal. */
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
