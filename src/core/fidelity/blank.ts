// Spaces in the place of text: offsets and line breaks stay.

/** In one step for each line, however long. */
export function blank(text: string): string {
  return text.includes("\n")
    ? text.replace(/[^\n]+/g, line => " ".repeat(line.length))
    : " ".repeat(text.length);
}
