// Replaces text by spaces, keeping offsets and line breaks.

/** Replaces one line at a time: lines may be very long. */
export function blank(text: string): string {
  return text.includes("\n")
    ? text.replace(/[^\n]+/g, line => " ".repeat(line.length))
    : " ".repeat(text.length);
}
